"""What `nvg doctor` looks at, each said in one plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from handlers.clock import RealClock
from storage.store import Store

BOUND = timedelta(minutes=10)


def examine(open_store: Callable[[], Store], database_url: str, platforms: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """(good, sentence) for each thing looked at, in order."""
    yield True, "Inställningarna går att läsa."
    try:
        store = open_store()
    except Exception as error:
        yield False, f"Databasen går inte att öppna: {error}"
        return
    try:
        yield True, f"Databasen ({database_url.partition(':')[0]}) svarar och har version {store.revision()}."
        now = RealClock().now()
        with store.read() as read:
            people, groups = read.people(), read.groups()
        admins = sum("administrator" in person.roles for person in people)
        yield bool(admins), f"{admins} administratör{'er' if admins != 1 else ''}." + ("" if admins else " Lägg till en: nvg admin add EMAIL")
        homeless = [group.code for group in groups if group.state == "active" and not group.channels]
        yield not homeless, f"{len(groups)} grupper" + (f"; utan kanal: {', '.join(homeless)}" if homeless else ", alla med kanal.")
        late = store.late(now, BOUND)
        yield not late, "Inget är försenat." if not late else f"{len(late)} saker är mer än tio minuter sena: kör nvg run?"
        reachable = {identity.partition(":")[0] for person in people for identity in person.identities}
        for platform in platforms:
            yield platform in reachable, f"Plattformen {platform} är inställd" + (
                "." if platform in reachable else ", men ingen person finns där ännu: kör nvg load."
            )
    finally:
        store.close()
