"""Eight people in eight groups below two committees, in a pretend Slack; and matters whose reminders fall due during the storm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.model import Consent, Escalation, Group, Kept, Member, Person
from bot.rules.escalation_plan import Plan
from storage.store import Store
from tests.fake_servers.slack import FakeSlack

NAMES = ("Anna Berg", "Bo Ek", "Cecilia Lund", "Dag Ström", "Eva Ring", "Fia Alm", "Gun Ask", "Hans Ny")
PEOPLE = tuple(f"U{name.split()[0].upper()}" for name in NAMES)
CODES = ("al", "asp", "björk", "ek", "gran", "lind", "tall", "rönn")
GROUPS = tuple(f"g{n}" for n in range(len(CODES)))
COMMITTEES = ("gk0", "gk1")
CONSENT = Consent((datetime.now(UTC) + timedelta(days=300)).date(), ("Arvika kommun",))
LONG = timedelta(days=300)


def channel(group: str) -> str:
    return f"C{group.upper()}"


def build(slack: FakeSlack) -> None:
    for user, name in zip(PEOPLE, NAMES, strict=True):
        slack.add_user(user, name)
    for group in (*GROUPS, *COMMITTEES):
        slack.add_channel(channel(group), members=PEOPLE)


def settle(store: Store, team: str, dues: Sequence[datetime]) -> None:
    """All who live there move in; and at each of `dues` a committee is to be reminded of a matter."""
    begun = datetime.now(UTC) - timedelta(days=3)
    people: list[Kept] = [Person(user.lower(), name, identities=(f"slack:{team}/{user}",)) for user, name in zip(PEOPLE, NAMES, strict=True)]
    committees = [_group(id, id, team, kind="committee", level=2) for id in COMMITTEES]
    groups = [
        _group(id, code, team, above=COMMITTEES[n % 2], consent=CONSENT, last_lifted=len(dues[n :: len(GROUPS)]))
        for n, (id, code) in enumerate(zip(GROUPS, CODES, strict=True))
    ]
    members = [
        Member(f"{group.id}:@{person.id}", group.id, person.id, "facilitator" if n == 0 and group.kind == "care" else "member")
        for group in (*committees, *groups)
        for n, person in enumerate(people)
    ]
    matters: list[Kept] = []
    for n, due in enumerate(dues):
        group, number = GROUPS[n % len(GROUPS)], n // len(GROUPS) + 1
        plan = Plan(due, due, due + LONG)
        matters.append(
            Escalation(f"{group}:H{number}", group, number, CODES[n % len(GROUPS)], PEOPLE[0].lower(), begun, COMMITTEES[n % 2], plan, begun,
                       text="väntar på besked")
        )  # fmt: skip
    with store.turn() as work:
        work.save([*people, *committees, *groups, *members, *matters], begun)


def _group(id: str, code: str, team: str, **more: object) -> Group:
    made: Group = Group(id, code, state="active", channels=(f"slack:{team}/{channel(id)}",), contact_person=PEOPLE[0].lower(), **more)  # type: ignore[arg-type]
    return made
