"""The platforms for the contract of speakers: each a speaker, somewhere to speak, and bad days to have.

Another platform joins by a class here and a line in `WAYS`; `bad_days` says which of the named days it can have.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import ClassVar

from bot.model import Person
from bot.rules.calendar_event import Event
from handlers.clock import SimulatedClock
from handlers.credentials import BotToken
from handlers.engine import Engine
from handlers.graph.calendar import CalendarSpeaker
from handlers.graph.client import Graph
from handlers.mail import MailSpeaker
from handlers.simulator.stage import Stage
from handlers.slack.speak import SlackSpeaker
from handlers.speaker import Speaker, To
from handlers.teams.speak import TeamsSpeaker
from storage.conversations import Conversations
from storage.store import Store
from templates.card import Span
from templates.words import Words
from tests.fake_servers.graph import FakeGraph
from tests.fake_servers.mail import FakeMail
from tests.fake_servers.slack import FakeSlack, spots_of, words
from tests.fake_servers.teams import FakeTeams, words_of
from tests.fake_servers.teams import spots_of as card_spots
from tests.patience import PATIENCE

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
SILENT = 0.5  # seconds that a silent platform is waited for


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as those who read it see it."""

    id: str
    text: str  # all visible words
    labels: Sequence[str] = ()  # of buttons
    plain: str = ""  # the line in a notification or for a screen reader


class Way(ABC):
    """One platform with a speaker. Two channels (or, without channels, two people), and two who read them."""

    kind: ClassVar[str]  # the platform's name in addresses
    bad_days: ClassVar[Mapping[str, str]] = {}  # name -> the code of GiveUp; "" where it shall be tried again
    channels: ClassVar[bool] = True  # else `here` and `there` are two people
    redraws: ClassVar[bool] = True
    taps: ClassVar[bool] = True  # shows buttons
    reads: ClassVar[bool] = True  # can tell who reads a channel
    notifies: ClassVar[bool] = True  # has a plain line besides the words
    speaker: Speaker
    here: To
    there: To
    anna: To  # a person's private chat
    mentions: Mapping[str, str] = {}

    @abstractmethod
    def __init__(self, store: Store) -> None:
        """Ready to speak. `store`: for a platform that needs one."""

    def also(self, text: str) -> tuple[Event, ...]:
        """What a card that says so must hold besides, to be shown there."""
        return ()

    @abstractmethod
    def arrived(self, to: To) -> list[Arrived]:
        """What stands there now, oldest first. A message that went in several parts is one for each."""

    def bad_day(self, name: str, to: To) -> None:
        """From now on calls about that place go wrong in that way."""
        raise NotImplementedError(name)

    def good_day(self) -> None:
        """All is well again."""
        raise NotImplementedError

    @abstractmethod
    def close(self) -> None:
        """No more."""


class OnStage(Way):
    """The pretend platforms of the local chat and of rehearsals."""

    kind = "slack"
    bad_days: ClassVar = {"no such channel": "no_such_channel", "down": ""}
    notifies = False

    def __init__(self, store: Store) -> None:
        self.stage = Stage(SimulatedClock(MONDAY))
        self.stage.add_person("anna", "Anna Berg", "slack")
        self.stage.add_person("bo", "Bo Ek", "slack")
        for name in ("tall", "gran"):
            self.stage.add_channel(f"slack:{name}", ["anna", "bo"])
        self.stage.join(Engine(store, Words(), self.stage.speakers, self.stage.clock))
        self.speaker = self.stage.speakers["slack"]
        self.here, self.there, self.anna = To("slack", "tall"), To("slack", "gran"), To("slack", user="anna")

    def arrived(self, to: To) -> list[Arrived]:
        address = f"slack:@{to.user}" if to.user else to.address
        return [
            Arrived(each.shown, each.text, each.buttons) for shown in {each.shown for each in self.stage.out}
            for each in [one for one in self.stage.out if one.shown == shown][-1:] if each.place.address == address
        ]  # fmt: skip

    def bad_day(self, name: str, to: To) -> None:
        if name == "down":
            self.stage.platform_down("slack")
        else:
            self.stage.channels.pop(to.address)

    def good_day(self) -> None:
        self.stage.platform_up("slack")

    def close(self) -> None:
        """There is nothing to close: the store is the test's."""


class OnSlack(Way):
    """Slack's speaker, and a pretend Slack behind real HTTP."""

    kind = "slack"
    bad_days: ClassVar = {
        "no such channel": "no_such_channel", "archived": "archived", "not in channel": "not_in_channel", "left": "left",
        "locked out": "", "slow down": "", "broken": "", "cut off": "", "silent": "", "unreachable": "",
    }  # fmt: skip

    def __init__(self, store: Store) -> None:
        self.slack = FakeSlack()
        self.slack.__enter__()
        self.slack.add_user("UANNA", "Anna Berg")
        self.slack.add_user("UBO", "Bo Ek")
        for name in ("CTALL", "CGRAN"):
            self.slack.add_channel(name, ["UANNA", "UBO"])
        self.unplugged = False
        team = self.slack.team
        self.speaker = SlackSpeaker(lambda _: self.slack.bot_token, self.slack.url, timeout=PATIENCE)
        self.here, self.there = To("slack", f"{team}/CTALL"), To("slack", f"{team}/CGRAN")
        self.anna = To("slack", user=f"{team}/UANNA")
        self.mentions = {"anna": f"{team}/UANNA", "bo": f"{team}/UBO"}

    def arrived(self, to: To) -> list[Arrived]:
        def name(user: str) -> str:
            return self.slack.users[user].name

        return [
            Arrived(each.ts, words(each.blocks, name), [spot.label for spot in spots_of(each.blocks)], each.text)
            for each in self.slack.messages((to.channel or to.user).partition("/")[2])
        ]

    def bad_day(self, name: str, to: To) -> None:
        slack, id = self.slack, (to.channel or to.user).partition("/")[2]
        match name:
            case "no such channel":
                slack.channels.pop(id)
            case "archived":
                slack.channels[id].archived = True
            case "not in channel":
                slack.channels[id].members.remove(slack.bot_user)
                slack.channels[id].private = False  # of a private one Slack says that there is none
            case "left":
                slack.users["UANNA"].deleted = True
            case "locked out":
                slack.revoke()
            case "slow down":
                slack.fail("*", "ratelimited", retry_after=7, times=-1, channel=id)
            case "broken":
                slack.fail("*", status=503, times=-1, channel=id)
            case "cut off":
                slack.fail("*", status=0, times=-1, channel=id)
            case "silent":
                slack.hang("*", PATIENCE, times=-1, channel=id)
                self.speaker._server._timeout = SILENT  # type: ignore[attr-defined]
            case "unreachable":
                slack.unplug()
                self.unplugged = True
            case _:
                super().bad_day(name, to)

    def good_day(self) -> None:
        self.slack.mend()
        self.speaker._server._timeout = PATIENCE  # type: ignore[attr-defined]
        if self.unplugged:
            self.slack.plug_in()
            self.unplugged = False

    def close(self) -> None:
        self.speaker.close()  # type: ignore[attr-defined]
        self.slack.__exit__()


class OnTeams(Way):
    """Teams' speaker, and a pretend Teams behind real HTTP."""

    kind = "teams"
    bad_days: ClassVar = {
        "no such channel": "no_such_channel", "archived": "archived", "not in channel": "not_in_channel", "left": "left",
        "locked out": "", "slow down": "", "broken": "", "cut off": "", "silent": "", "unreachable": "",
    }  # fmt: skip

    unplugged = False

    def __init__(self, store: Store) -> None:
        self.teams = FakeTeams()
        self.teams.__enter__()
        tenant = self.teams.tenant
        users = {name: self.teams.add_user(full) for name, full in (("anna", "Anna Berg"), ("bo", "Bo Ek"))}
        self.mentions = {name: f"{tenant}/{user.id}" for name, user in users.items()}
        conversations = Conversations(store)
        self.here, self.there = (self._channel(name, conversations) for name in ("tall", "gran"))
        self.anna = To("teams", user=self.mentions["anna"])
        self.speaker = TeamsSpeaker(conversations, lambda: self.teams.bot_token, self.teams.app_id, tenant, self.teams.hosts, timeout=PATIENCE)

    def _channel(self, name: str, conversations: Conversations) -> To:
        made = self.teams.add_channel(name, list(self.teams.users))
        to = To("teams", f"{made.tenant}/{made.id}")
        conversations.note(to.address, made.id, made.tenant, self.teams.service_url(), "channel")
        return to

    def arrived(self, to: To) -> list[Arrived]:
        return [
            Arrived(each.id, words_of(each.card), [spot.label for spot in card_spots(each.card)], each.summary)
            for each in self.teams.messages(_id(to))
        ]

    def bad_day(self, name: str, to: To) -> None:
        teams, id = self.teams, _id(to)
        match name:
            case "no such channel":
                teams.conversations.pop(id)
            case "archived":
                teams.conversations[id].archived = True
            case "not in channel":
                teams.conversations[id].installed = False
            case "left":
                teams.users[id].deleted = True
            case "locked out":
                teams.revoke()
            case "slow down":
                teams.fail("*", "Throttled", 429, retry_after=7, times=-1, conversation=id)
            case "broken":
                teams.fail("*", status=503, times=-1, conversation=id)
            case "cut off":
                teams.fail("*", status=0, times=-1, conversation=id)
            case "silent":
                teams.hang("*", PATIENCE, times=-1, conversation=id)
                self.speaker.connector._timeout = SILENT  # type: ignore[attr-defined]
            case "unreachable":
                teams.unplug()
                self.unplugged = True
            case _:
                super().bad_day(name, to)

    def good_day(self) -> None:
        self.teams.mend()
        self.speaker.connector._timeout = PATIENCE  # type: ignore[attr-defined]
        self.speaker.connector._servers.clear()  # type: ignore[attr-defined]
        if self.unplugged:
            self.teams.plug_in()
            self.unplugged = False

    def close(self) -> None:
        self.speaker.close()  # type: ignore[attr-defined]
        self.teams.__exit__()


class ByMail(Way):
    """Mail's speaker, and a real mail server that keeps what comes."""

    kind = "mail"
    bad_days: ClassVar = {"left": "smtp_550", "broken": "", "silent": "", "unreachable": ""}
    channels = redraws = taps = reads = notifies = False  # its subject is the same for everybody

    def __init__(self, store: Store) -> None:
        self.server = FakeMail().__enter__()
        self.speaker = MailSpeaker(self.server.url, "boten@example.se", Words(), SimulatedClock(MONDAY), timeout=PATIENCE)
        self.here, self.there, self.anna = (To("mail", user=f"{name}@example.org") for name in ("maj", "lars", "anna"))

    def arrived(self, to: To) -> list[Arrived]:
        return [
            Arrived(str(mail.message["Message-ID"]).strip("<>"), self._body(mail.plain))
            for mail in self.server.mails if mail.to == [to.user]
        ]  # fmt: skip

    def _body(self, plain: str) -> str:
        """The words without the signs of a list or a quotation, and without what stands below all mails."""
        said = Words().mail("sv")
        foot = {str(said[name]) for name in ("ask_contact", "by_link", "no_reply")}
        above = takewhile(lambda line: line != "-- ", plain.splitlines())
        lines = [line.removeprefix("- ").removeprefix("> ") for line in above]
        return "\n".join(line for line in lines if line.strip() and line not in foot)

    def bad_day(self, name: str, to: To) -> None:
        match name:
            case "left":
                self.server.refuse[to.user] = "550 no such user"
            case "broken":
                self.server.refuse[to.user] = "451 try later"
            case "silent":
                self.server.slow = PATIENCE
                self.speaker._timeout = SILENT  # type: ignore[attr-defined]
            case "unreachable":
                self.server.stop()
            case _:
                super().bad_day(name, to)

    def good_day(self) -> None:
        self.server.refuse.clear()
        self.server.slow = 0.0
        self.speaker._timeout = PATIENCE  # type: ignore[attr-defined]
        if self.server._controller.loop.is_closed():
            self.server.__enter__()

    def close(self) -> None:
        self.speaker.close()  # type: ignore[attr-defined]
        self.server.stop()


class InOutlook(Way):
    """The calendar's speaker, and a pretend Graph behind real HTTP. It shows no words but an event's, so it shares only the promises about bad days."""

    kind = "calendar"
    bad_days: ClassVar = {"locked out": "", "slow down": "", "broken": "", "cut off": "", "silent": ""}
    channels = taps = reads = notifies = False

    def __init__(self, store: Store) -> None:
        self.fake = FakeGraph().__enter__()
        self.fake.add_user("nvg@region.example")
        self.client = Graph(self.fake.base_url, BotToken(self.fake.fetch()), self.fake.tenant, timeout=PATIENCE)
        self.speaker = CalendarSpeaker(self.client, store, SimulatedClock(MONDAY))
        self.here, self.there, self.anna = To("calendar", "tall"), To("calendar", "gran"), To("calendar", "anna")

    def also(self, text: str) -> tuple[Event, ...]:
        return (Event("tall:1", datetime(2026, 12, 1, 13), title=text, keeper="nvg@region.example"),)

    def arrived(self, to: To) -> list[Arrived]:
        return [Arrived(each.id, str(each.shown["subject"])) for each in self.fake.calendars.of("nvg@region.example")]

    def bad_day(self, name: str, to: To) -> None:
        match name:
            case "locked out":
                self.fake.roles.clear()
            case "slow down":
                self.fake.fail(status=429, code="ApplicationThrottled", retry_after=7, times=-1)
            case "broken":
                self.fake.fail(times=-1)
            case "cut off":
                self.fake.cut(times=-1)
            case "silent":
                self.fake.hang(".*", PATIENCE, times=-1)
                self.client._timeout = SILENT
            case _:
                super().bad_day(name, to)

    def good_day(self) -> None:
        self.fake.mend()
        self.client._timeout = PATIENCE
        self.client.close()  # and with it what it was asked to wait

    def close(self) -> None:
        self.client.close()
        self.fake.__exit__()


def _id(to: To) -> str:
    """The platform's own id, in "TENANT/CONVERSATION"."""
    return (to.channel or to.user).partition("/")[2]


WAYS: Mapping[str, type[Way]] = {"stage": OnStage, "slack": OnSlack, "teams": OnTeams, "mail": ByMail}
CALENDARS: Mapping[str, type[Way]] = {"outlook": InOutlook}


def people_of(way: Way) -> tuple[Person, ...]:
    """Anna and Bo as the bot knows them on that platform."""
    ids = way.mentions or {"anna": "anna", "bo": "bo"}
    return tuple(Person(id, name, identities=(f"{way.kind}:{ids[id]}",)) for id, name in (("anna", "Anna Berg"), ("bo", "Bo Ek")))


def span(text: str, person: str = "") -> tuple[Span, ...]:
    return (Span(text, person=person),)

