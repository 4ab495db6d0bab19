"""Need to know, walked through: a town with three groups and two committees, and after each step all that anybody was sent.

Each group writes words of its own, lifts others, and has a name. After each step every screen that changed, mail and answer is held
against who was in which group just then, and which consents held. The rules are said once more here, in plain words.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import httpx

from bot.model import Consent, Group, GroupView, Member, Person
from bot.rules.consent import sharing_allowed
from bot.rules.next_meeting import Rule
from bot.rules.reading import MeetingTime
from bot.rules.work_calendar import local
from tests.security.house import House

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HELD = Consent(date(2027, 6, 1), ("Arvika kommun", "Region Värmland"))
CODES = {"tall": "Gransången", "lind": "Lindarvet", "ek": "Ekdungen"}
BODIES = {"tall": "gk", "lind": "gk", "ek": "gk", "gk": "sg"}
SEATS = {
    "tall": {"tove": "facilitator", "tim": "member", "bo": "member", "tora": "member"},
    "lind": {"lars": "facilitator", "lena": "member"},
    "ek": {"elsa": "facilitator", "emil": "member", "bo": "member"},
    "gk": {"greta": "chair", "gunnar": "member"},
    "sg": {"siv": "chair"},
}
OTHERS = {"kia": "coordinator", "adam": "administrator", "otto": ""}
GUEST = "gunilla"
PEOPLE = (*dict.fromkeys(person for seats in SEATS.values() for person in seats), *OTHERS, GUEST)


def own(group: str) -> str:
    """What stands in all that the group writes of its own."""
    return f"{group}ord"


def lifted(group: str) -> str:
    """What stands in what it has lifted."""
    return f"{group}lyft"


@dataclass(frozen=True)
class Step:
    """Somebody writes or taps. `way`: slack | teams | tab | home | tap (do, ref)."""

    way: str
    who: str
    line: str = ""
    where: str = ""  # a group's channel, "" the private chat
    ref: str = ""


def steps() -> list[Step]:
    return [
        # each group works with its own
        Step("slack", "tove", f"åtgärd @tim {own('tall')} ringa dottern senast fredag", "tall"),
        Step("teams", "tim", f"åtgärd @tove {own('tall')} hämta medicin", "tall"),
        Step("slack", "elsa", f"åtgärd @bo {own('ek')} beställa lift", "ek"),
        Step("teams", "lena", f"åtgärd @lars {own('lind')} prata med sonen", "lind"),
        Step("slack", "tim", f"det viktigaste: {own('tall')} sova hela natten", "tall"),
        Step("slack", "lars", f"det viktigaste: {own('lind')} komma ut", "lind"),
        Step("teams", "emil", f"beslut: {own('ek')} hembesök varje vecka, ansvarig @emil", "ek"),
        Step("slack", "tove", f"fråga @tim {own('tall')} har hon fått tiden?", "tall"),
        Step("slack", "tim", f"svar {own('tall')} ja på torsdag"),
        Step("slack", "elsa", f"ta upp {own('ek')} sömnen", "ek"),
        # who is in two groups sees both, and nobody else does
        Step("slack", "bo", "mina"), Step("home", "bo"), Step("tab", "bo"), Step("slack", "bo", "ek: lista"),
        # lifted: the committee sees that alone; without consent nothing leaves
        Step("slack", "tim", f"hissa {lifted('tall')} ingen har behörighet", "tall"),
        Step("teams", "elsa", f"hissa {lifted('ek')} ingen betalar taxin", "ek"),
        Step("slack", "lena", f"hissa {lifted('lind')} vi saknar läkartid", "lind"),
        Step("slack", "gunnar", "hissade", "gk"), Step("teams", "greta", "visa Gransången H1"), Step("home", "greta"), Step("tab", "gunnar"),
        Step("slack", "gunnar", "jag tar Gransången H1", "gk"),
        Step("slack", "gunnar", "fråga gruppen Gransången H1 vilken dag?", "gk"),
        Step("slack", "tove", f"svar H1 {lifted('tall')} på måndag", "tall"),
        Step("slack", "kia", "veckoöversikt alla"), Step("teams", "kia", "hissade"), Step("slack", "greta", "veckoöversikt"), Step("slack", "adam", "veckoöversikt alla"),
        # who is not in a group asks for it, by name, in its channel, and by forged buttons
        *(Step(way, who, line, where) for way, who, where in (("slack", "otto", "tall"), ("teams", "lena", "tall"), ("slack", "kia", "ek")) for line in ("lista", "sök ord", "grupp", "vem har sett")),
        *(Step("slack", who, f"{code}: {line}") for who, code in (("otto", "Gransången"), ("greta", "Lindarvet"), ("kia", "Ekdungen")) for line in ("lista", "vem har sett")),
        *(Step("tap", who, do, ref=ref) for who in ("lars", "greta", "kia") for do, ref in (("show", "tall:1"), ("list", "tall"), ("access_log", "tall"))),
        *(Step("slack", who, line) for who in ("kia", "greta", "bo") for line in ("mina uppgifter", "vem har sett mina uppgifter")),
        Step("teams", "tove", "vem har sett", "tall"), Step("slack", "tim", "vem har sett", "tall"),
        # a guest, the meeting, the minutes
        Step("slack", "tove", f"bjud in {GUEST}@example.org", "tall"),
        Step("slack", "tove", "starta mötet", "tall"),
        Step("slack", "tim", f"beslut: {own('tall')} vi ringer före åtta, ansvarig @tove", "tall"),
        Step("slack", "tove", f"åtgärd @bo {own('tall')} skriva till kommunen", "tall"),
        Step("slack", "tove", "avsluta mötet", "tall"),
        Step("slack", "bo", "borta 1–7 december ersättare @emil"),
        # the answer, further up, and what is shared with the other groups
        Step("teams", "gunnar", "besked Ekdungen H1 ni får bestämma själva", "gk"),
        Step("slack", "gunnar", "hissa vidare Gransången H1 det behövs pengar", "gk"),
        Step("slack", "siv", "hissade"), Step("slack", "siv", "visa Gransången H1", "sg"), Step("slack", "gunnar", f"åtgärd @greta {own('gk')} läsa avtalet", "gk"),
        # a consent is withdrawn: from then on nobody else hears of the group
        Step("slack", "elsa", "samtycke återkallat", "ek"),
        Step("slack", "gunnar", "hissade", "gk"), Step("slack", "kia", "veckoöversikt alla"), Step("home", "greta"), Step("slack", "greta", "visa Ekdungen H1"),
        Step("teams", "emil", f"hissa {lifted('ek')} det går inte", "ek"),
        # who leaves sees nothing more of it; while they read the channel nothing is posted there
        Step("slack", "tora", "lämna gruppen", "tall"),
        Step("slack", "tim", f"åtgärd @tove {own('tall')} köpa skor", "tall"),
        Step("slack", "tora", "lista", "tall"), Step("home", "tora"), Step("slack", "tora", "mina uppgifter"), Step("teams", "tora", "vem har sett"), Step("tab", "tora"),
        Step("slack", "elsa", "ta bort @bo", "ek"), Step("slack", "bo", "mina"), Step("home", "bo"), Step("slack", "bo", "Ekdungen: lista"),
        # a group is closed
        Step("slack", "lars", f"avsluta gruppen: {own('lind')} ring före åtta", "lind"),
        Step("slack", "kia", "veckoöversikt alla"), Step("slack", "otto", "Lindarvet: lista"),
    ]  # fmt: skip


def things() -> list[Any]:
    weekly = Rule((MeetingTime(3, time(10), 30),), first=date(2026, 11, 26))
    people = [Person(id, f"{id.capitalize()} Ek", "Arvika kommun", (), roles=frozenset({OTHERS.get(id, "")} - {""})) for id in PEOPLE if id != GUEST]
    consents = {"tall": HELD, "ek": HELD, "lind": None}
    groups = [
        Group(id, CODES.get(id, id), "care" if id in CODES else "committee", "active", (), level=1 if id in CODES else 2 if id == "gk" else 3,
              above=BODIES.get(id, ""), contact_person=next(iter(SEATS[id])) if id in CODES else "", consent=consents.get(id), schedule=weekly if id == "tall" else None)
        for id in SEATS
    ]  # fmt: skip
    return [*people, *groups, *(Member(f"{group}:@{id}", group, id, role) for group, seats in SEATS.items() for id, role in seats.items())]


class Screens:
    """All that came before anybody's eyes: who -> what, since it was last taken."""

    def __init__(self, house: House) -> None:
        self.house, self.seen = house, list[tuple[str, str]]()
        self.slack_ids = {house.slack_user(id): id for id in PEOPLE}
        self.teams_ids = {house.teams_user(id): id for id in PEOPLE}
        self.mails = 0
        house.slack.listeners.append(self.on_slack)
        house.teams.listeners.append(self.on_teams)

    def note(self, readers: list[str], what: Any) -> None:
        told = json.dumps(what, ensure_ascii=False, default=str)
        self.seen += [(reader, told) for reader in readers]

    def on_slack(self, _: str, thing: Any) -> None:
        if hasattr(thing, "channel"):
            channel = self.house.slack.channels[thing.channel]
            users = [thing.only] if thing.only else [channel.im] if channel.im else channel.members
            self.note([self.slack_ids[user] for user in users if user in self.slack_ids], [thing.text, thing.blocks])
        else:
            self.note([self.slack_ids[thing.user]], {name: getattr(thing, name) for name in thing.__slots__})

    def on_teams(self, _: str, thing: Any, user: str) -> None:
        alone = user or getattr(thing, "only", "") or (thing.user if not hasattr(thing, "reply_to") else "")
        users = [alone] if alone else self.house.teams.conversations[thing.conversation].members
        self.note([self.teams_ids[each] for each in users if each in self.teams_ids], {name: getattr(thing, name) for name in thing.__slots__})

    def answered(self, who: str, answer: httpx.Response) -> None:
        try:
            self.note([who], answer.json())
        except ValueError:
            self.note([who], answer.text)

    def taken(self) -> list[tuple[str, str]]:
        for mail in self.house.mail.mails[self.mails :]:
            self.note([address.partition("@")[0] for address in mail.to], [str(mail.message["Subject"]), mail.plain, mail.html])
        self.mails = len(self.house.mail.mails)
        taken, self.seen = self.seen, []
        return taken


@dataclass(frozen=True)
class Moment:
    """Who is in which group, what consents hold, and what lies or has lain with whom."""

    views: Mapping[str, GroupView]
    at: datetime

    def staff(self, group: str) -> set[str]:
        return set(self.views[group].people())

    def shares(self, group: str) -> bool:
        return self.views[group].group.state == "active" and sharing_allowed(self.views[group].group, local(self.at).date())

    def bodies(self, group: str) -> set[str]:
        """Staff of the bodies where its matters are or have been."""
        return {person for matter in self.views[group].escalations for step in matter.path for body in (step.body, matter.body) if body for person in self.staff(body)}

    def may_read(self, word: str, group: str) -> set[str]:
        """The group's own words: those in it. What it lifted: the bodies too, and while the consent holds who follows the groups. Its name: as
        that, but nobody outside of it without consent."""
        followers = {"kia"} if self.shares(group) else set()
        if word == own(group):
            return self.staff(group)
        if word == lifted(group):
            return self.staff(group) | self.bodies(group) | followers
        return self.staff(group) | ((self.bodies(group) | followers | self.staff("gk") | ({GUEST} if self.views[group].people("guest") else set())) if self.shares(group) else set())


def moment(house: House) -> Moment:
    with house.store.read() as read:
        return Moment(dict(read.snapshot_for(SEATS, [], house.clock.now()).views), house.clock.now())


async def taken(house: House, step: Step) -> httpx.Response:
    match step.way:
        case "slack":
            return await house.slack_command(step.who, step.line, step.where)
        case "teams":
            return await house.teams_say(step.who, step.line, step.where)
        case "home":
            return await house.slack_home(step.who)
        case "tab":
            return await house.tab(step.who)
    return await house.slack_tap(step.who, step.line, step.ref)


async def quiet(house: House) -> None:
    """Until nothing more comes."""
    seen = -1
    while seen != (now := len(house.slack.calls) + len(house.teams.calls) + len(house.mail.mails)):
        seen = now
        await house.quiet()
        await asyncio.to_thread(house.engine.drain)


async def test_nobody_is_sent_what_is_not_theirs(migrated_sqlite: bytes, tmp_path: Path) -> None:
    channels = {name: list(seats) for name, seats in SEATS.items()}
    async with House(tmp_path, migrated_sqlite, NOW, PEOPLE, channels, SLACK_RATE="1000") as house:
        house.save([replace(each) for each in things()])
        screens, wrong, readers = Screens(house), list[str](), dict[str, set[str]]()
        names = {word: (word, group) for group in SEATS for word in (own(group), lifted(group))} | {code: (code, group) for group, code in CODES.items()}
        for step in steps():
            before = moment(house)
            answer = await taken(house, step)
            await quiet(house)
            screens.answered(step.who, answer)
            after = moment(house)
            for reader, told in screens.taken():
                for word, group in names.values():
                    if word not in told:
                        continue
                    readers.setdefault(word, set()).add(reader)
                    said = reader == step.who and (word in step.line or step.where == group)  # knows it already
                    if not said and reader not in before.may_read(word, group) | after.may_read(word, group):
                        wrong.append(f"{reader} was sent {word} after {step}: {told[:400]}")
        assert not wrong, "\n".join(wrong)
        assert not [each for each in house.turned if each.answered.name == "went_wrong"]
    # it was all there to be seen
    assert readers[own("tall")] >= {"tove", "tim", "bo", "tora"} and readers[own("ek")] >= {"elsa", "emil", "bo"} and readers[own("lind")] == {"lars", "lena"}
    assert readers[lifted("tall")] >= {"tove", "greta", "gunnar", "siv", "kia"} and readers[lifted("ek")] >= {"gunnar", "kia"}
    assert (readers[CODES["tall"]] >= {"greta", "kia"} and CODES["lind"] not in readers) or readers[CODES["lind"]] <= {"lars", "lena", "greta", "otto", "kia"}
