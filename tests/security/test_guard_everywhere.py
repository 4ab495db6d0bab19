"""Every way in that keeps words, through the real doors: an identity number and a protected name are refused at each, and are afterwards
nowhere: not in the files of the database, not in what its keys open, not in the export, not in the logs.

What is walked is taken from the registries of commands, buttons, forms, doors and the command line. A new way in that is not walked
makes this fail.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count, cycle
from pathlib import Path

import httpx
import pytest
import yaml

from bot.decide import COMMANDS, OPENS
from bot.forms import Form
from bot.incoming import Place, Tap
from bot.model import Consent, Group, Meeting
from bot.outcome import OpenForm
from bot.rules.commands import BY_NAME
from bot.rules.protected_names import sealed
from bot.shortcuts import TAPS as SHORTCUTS
from handlers import logs
from handlers.clock import SimulatedClock
from handlers.load import load
from handlers.mail import LINKED, Answer
from handlers.rehearsal_file import read_rehearsal
from handlers.rehearse import Player, temporary
from handlers.roster import CSV_COLUMNS, FIELDS, read_csv, read_yaml
from handlers.run import make_parser
from storage.keystore import KeyStore
from storage.loading import NAMES
from storage.store import Store
from templates.words import Words, read_labels
from tests.bot.test_permissions import CHANNEL, CODE, CONSENTS, DOES, NOW, REFS, World, things
from tests.conftest import SECRET
from tests.patience import PATIENCE
from tests.security.house import House
from tests.security.test_edges import house_of
from tests.security.traces import kept

NUMBER, NAME = "19121212-1212", "Selma Svensson"
SECRETS = {"an identity number": NUMBER, "a protected name": NAME}
TRACES = ("19121212", "121212-1212", "1212121212", "svensson", "selma")
CONSENT_STATES = {**{name: consent for name, (consent, _) in CONSENTS.items()}, "runs out today": Consent(NOW.date(), ("Arvika kommun",))}
WIDE = Consent(date(2028, 1, 1), ("Arvika kommun", "Region Värmland"))

DOORS = {
    # each path of the app, and how it is walked; "" where nothing that comes in is kept
    "/slack/events": "lines, buttons, forms, shortcuts and messages",
    "/api/messages": "lines, buttons, forms and message actions",
    "/teams/tab/act": "buttons and forms",
    "/answer/{token}": "forms behind links in mails",
    "/calendar/{token}.ics": "", "/teams/tab": "", "/teams/about": "", "/teams/privacy": "", "/teams/terms": "", "/health": "", "/metrics": "", "/record/{token}": "",
    "/slack/install": "", "/slack/oauth_redirect": "",
}  # fmt: skip
ON_THE_COMMAND_LINE = {
    "load": "files, below",
    "rehearse": "in a database of its own, by the same turns as here", "simulator": "the same, below",
}  # fmt: skip
KEEPS_NOTHING_NEW = frozenset((
    "run", "migrate", "doctor", "export", "erase", "backup", "restore", "rotate-key", "understand", "teams-package", "outage-pack", "admin", "record", "access-log",
))  # fmt: skip
FROM_OUTSIDE = frozenset({"times", "people", "meetings", "attendance", "tasks"})
"""What is asked outside. Only a task's title comes back as words of the group's: tests/handlers/graph/test_todo.py."""
REFUSED = ("identity_number", "protected_name", "form_errors")
UNSAID = ("protect_name", "unprotect_name")


@pytest.fixture(scope="module")
def forms(migrated_sqlite: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, Form]]:
    """Every form there is, and who can open it: found by tapping every button."""
    file: Path = tmp_path_factory.mktemp("forms") / "nvg.db"
    file.write_bytes(migrated_sqlite)
    to_come = Meeting("tall:2026-12-01", "tall", datetime(2026, 12, 1, 13), datetime(2026, 12, 1, 13))
    found: dict[str, tuple[str, Form]] = {}
    with contextlib.closing(Store(f"sqlite:///{file}", KeyStore("sqlite://", SECRET))) as store:
        with store.turn() as work:
            work.save([*things(*CONSENTS["holds"]), to_come], NOW)
        with store.read() as read:
            world = World(read)
            for do in sorted({*OPENS, *SHORTCUTS}):
                for who in ("facilitator", "contact", "committee", "stranger"):
                    for ref in (*REFS, to_come.id, "", "gk", "gk:", f"@{who}"):
                        for place in (None, CHANNEL, Place("slack", "gk"), Place("slack", "empty")):
                            answer = world.ask(who, tap=Tap(do, ref), place=place).answer
                            if isinstance(answer, OpenForm):
                                found.setdefault(answer.form.do, (who, answer.form))
    return found


def with_names(house: House, consent: Consent | None = WIDE) -> None:
    """The world of the permissions, with a group that protects a name."""
    marks = sealed(NAME, house.store.keys.key_for("tall", NAMES))
    house.save([
        replace(each, protected=marks, consent=consent) if isinstance(each, Group) and each.id == "tall" else each for each in things(*CONSENTS["holds"])
    ])  # fmt: skip


def lines(secret: str) -> Iterator[tuple[str, str, str, str]]:
    """(command, line, who, channel): each command with its words, then the secret."""
    for name, command in BY_NAME.items():
        swedish = len(name) % 2
        word = (command.sv if swedish else command.en)[0]
        if COMMANDS[name].about == "matter":
            yield name, f"{word} {CODE} H1 {secret}", "committee", "gk"
        yield name, f"{word} {'1 ' if len(name) % 3 else ''}{secret}", "facilitator", "tall"


def _said(house: House) -> Iterator[Callable[[str, str, str], Awaitable[httpx.Response]]]:
    number = count(1)

    def message(who: str, line: str, kind: str, channel: str) -> Awaitable[httpx.Response]:
        stamp = f"{next(number)}.1"
        return house.slack_event({"type": kind, "channel_type": "im" if kind == "message" else "group", "channel": channel, "user": house.slack_user(who), "text": line, "ts": stamp, "event_ts": stamp})

    return cycle((
        house.slack_command, lambda who, line, channel: house.slack_command(who, line),
        house.teams_say,
        lambda who, line, channel: house.teams_say(who, line),
        lambda who, line, channel: message(who, f"<@{house.slack.bot_user}> {line}", "app_mention", house.slack_channel(channel)),
        lambda who, line, channel: message(who, line, "message", house.slack_private(who)),
    ))  # fmt: skip


def refused(house: House, before: int, what: object) -> None:
    """The request led to one turn, and that turn let nothing in."""
    turned = house.turned[before:]
    assert turned, f"{what} never came to a turn"
    for each in turned:
        assert each.answered.name in REFUSED, f"{what} was answered {each.answered.name}"
        assert not each.answered.changed, what


def gone(house: House, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    everything = kept(house.store, folder).casefold()
    assert [each for each in TRACES if each in everything] == []
    written = logs.JsonLines()
    logged = "\n".join(written.format(each) for each in caplog.records).casefold()
    assert [each for each in TRACES if each in logged] == []


@pytest.mark.parametrize("secret", SECRETS)
async def test_every_line_is_refused(secret: str, migrated_sqlite: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    walked: set[str] = set()
    async with house_of("holds", tmp_path, migrated_sqlite, NVG_PERSON_RATE="999999") as house:
        with_names(house)
        ways = _said(house)
        for name, line, who, channel in lines(SECRETS[secret]):
            walked.add(name)
            if name in UNSAID and secret == "a protected name":
                continue  # said to be protected: tests/bot/test_protecting.py
            before = len(house.turned)
            say = next(ways)
            assert (await say(who, line, channel)).status_code == 200, line
            end = time.monotonic() + PATIENCE
            while len(house.turned) == before and time.monotonic() < end:
                await asyncio.sleep(0.005)
            refused(house, before, line)
        gone(house, tmp_path, caplog)
    assert walked == set(BY_NAME) and set(BY_NAME) <= set(COMMANDS)


@pytest.mark.parametrize("secret", SECRETS)
async def test_every_button_and_form_is_refused(
    secret: str, migrated_sqlite: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture, forms: dict[str, tuple[str, Form]],
) -> None:  # fmt: skip
    """A button that carries it, and every field of every form, each by itself."""
    caplog.set_level("DEBUG")
    words = SECRETS[secret]
    async with house_of("holds", tmp_path, migrated_sqlite, NVG_PERSON_RATE="999999") as house:
        with_names(house)
        taps = cycle((house.slack_tap, house.teams_tap, house.tab))
        for do in sorted(DOES):
            before = len(house.turned)
            await next(taps)("facilitator", do, "tall", f"ring {words}")
            if do not in UNSAID:
                refused(house, before, do)
        sent = cycle((house.slack_form, house.teams_form, lambda who, do, ref, fields: house.tab(who, do, ref, fields=fields)))
        for do, (who, form) in forms.items():
            for field in form.fields:
                if do in UNSAID and secret == "a protected name":
                    continue
                before = len(house.turned)
                await next(sent)(who, do, form.ref, {each.name: f"ring {words}" if each is field else each.value for each in form.fields})
                refused(house, before, (do, field.name))
        gone(house, tmp_path, caplog)
    assert set(forms) == set(read_labels("sv")["forms"]), "a form that is not walked, or that nothing opens"


@pytest.mark.parametrize("secret", SECRETS)
async def test_what_others_wrote_and_what_comes_by_mail(secret: str, migrated_sqlite: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Shortcuts on messages on both platforms, links in mails, and what is overheard."""
    caplog.set_level("DEBUG")
    words = f"ring {SECRETS[secret]} på fredag"
    async with house_of("holds", tmp_path, migrated_sqlite, NVG_PERSON_RATE="999999") as house:
        with_names(house)
        for do in SHORTCUTS:
            message = {"type": "message_action", "callback_id": do, **house.slack_who("facilitator"), "channel": {"id": house.slack_channel("tall")}, "message": {"text": words, "ts": "1.1"}}
            await house.slack_payload({**message, "response_url": house.slack.response_url(house.slack_channel("tall"), house.slack_user("facilitator"))})
            value = {"commandId": do, "messagePayload": {"body": {"contentType": "html", "content": f"<p>{words}</p>"}}}
            await house.teams_post(house.teams_activity("invoke", "facilitator", "tall", name="composeExtension/fetchTask", value=value))
        for each in house.turned:  # the words may come with the code name in them, as a form to look through
            form = each.answered.form
            assert each.answered.name in REFUSED or (form and not any(trace in repr(form).casefold() for trace in TRACES)), each.answered.name
        for do in sorted(LINKED):
            for who, ref in (("member", "tall:1"), ("contact", "tall:f2")):
                link = house.links.answer(Answer(f"{who}@example.org", do, ref, words, NOW + timedelta(days=1)).sealed())
                await house.web.get(link)
                await house.web.post(link, data=dict.fromkeys(("svar", "resultat", "text", "orsak"), words))
        overheard = {"type": "message", "channel_type": "group", "channel": house.slack_channel("tall"), "user": house.slack_user("member"), "text": f"beslut: {words}", "ts": "9.1", "event_ts": "9.1"}
        await house.slack_event(overheard)
        await house.teams_post(house.teams_activity("message", "member", "tall", text=f"beslut: {words}"))
        await house.quiet()
        assert not any(each.answered.changed for each in house.turned)
        gone(house, tmp_path, caplog)


@pytest.mark.parametrize("secret", SECRETS)
def test_files_and_the_local_chat(secret: str, migrated_sqlite: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """`nvg load`: every key of every kind, in YAML and in CSV. And what is written in the simulator."""
    caplog.set_level("DEBUG")
    words = SECRETS[secret]
    (tmp_path / "nvg.db").write_bytes(migrated_sqlite)
    store = Store(f"sqlite:///{tmp_path / 'nvg.db'}", KeyStore(tmp_path / "nvg.keys", SECRET))
    with contextlib.closing(store):
        with store.turn() as work:
            marks = sealed(NAME, store.keys.key_for("tall", NAMES))
            work.save([replace(each, protected=marks) if isinstance(each, Group) and each.id == "tall" else each for each in things(*CONSENTS["holds"])], NOW)
        if secret == "an identity number":
            files = [read_yaml(f"{part}:\n  {id}: {{{key}: {words}}}\n") for part, id, kind in (("people", "member", "person"), ("committees", "gk", "committee"), ("groups", CODE, "group"))
                     for key in FIELDS[kind]]  # fmt: skip
            files += [read_csv(f"{first},{key}\n{id},{words}\n") for kind, first, id in (("person", "name", "Member Ek"), ("group", "code", CODE)) for key in CSV_COLUMNS[kind] if key != first]
        else:  # of a group: what is its own words
            files = [read_yaml(f"groups:\n  {CODE}: {{{key}: ring {words}}}\n") for key in ("aim", "mandate")]
            files += [read_yaml(f"groups:\n  {CODE}: {{consent: {{until: 2027-01-01, form_kept: hos {words}}}}}\n"), read_csv(f"code,aim\n{CODE},{words}\n")]
        for number, roster in enumerate(files):
            saved, faults = load(roster, store, SimulatedClock(NOW))
            assert faults and not saved, number
            assert not any(trace in str(fault).casefold() for fault in faults for trace in TRACES), number
        everything = kept(store, tmp_path).casefold()
        assert [each for each in TRACES if each in everything] == []


@pytest.mark.parametrize("secret", SECRETS)
def test_the_local_chat_and_rehearsals(secret: str, tmp_path: Path) -> None:
    """What is written in the simulator, and in files of conversations: they share its stage, which plays them on a database of its own."""
    words, file = SECRETS[secret], tmp_path / "conversation.yaml"
    steps = [
        {"anna @ nvg-tall": "/nvg åtgärd ringa"}, {"anna @ nvg-tall": f"/nvg åtgärd ring {words}"}, {"bo @ nvg-tall": f"beslut: {words}"}, {"anna @ bot": f"mål: {words} sover"},
        {"anna taps": {"button": "Ändra", "fill": {"text": f"ring {words}"}}},
    ]  # fmt: skip
    world = "now: 2026-11-23 08:00\npeople:\n  anna: {name: Anna Berg, platform: slack}\n  bo: {name: Bo Ek, platform: teams}\n"
    file.write_text(world + "groups:\n  tall: {channels: [slack:nvg-tall, teams:nvg-tall], members: [bo], facilitators: [anna]}\n" + yaml.safe_dump({"steps": steps}, allow_unicode=True))
    rehearsal = read_rehearsal(file, ())
    file.unlink()
    opened = temporary(tmp_path)
    player, number = Player(rehearsal, opened, Words()), -1
    with contextlib.closing(player), contextlib.closing(opened()) as store:
        for number, _ in enumerate(player.steps()):
            if number == 0:
                with store.turn() as work:
                    group = work.group("tall")
                    assert group
                    work.save([replace(group, protected=sealed(NAME, store.keys.key_for("tall", NAMES)))], NOW)
        everything = kept(store, tmp_path).casefold()
    assert number == len(steps) and "ringa" in everything
    assert [each for each in TRACES if each in everything] == []


@pytest.mark.parametrize("consent", CONSENT_STATES)
async def test_the_guard_never_relaxes_because_of_consent(consent: str, migrated_sqlite: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever consent there is, also one for just those organisations: said, filled in, lifted and answered, the same is refused."""
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        with_names(house, CONSENT_STATES[consent])
        for words in SECRETS.values():
            for line in (f"åtgärd ring {words} senast fredag", f"hissa {words} får ingen bil", f"samtycke till 2028-01-01 {words}", f"det viktigaste: {words} sover"):
                before = len(house.turned)
                await house.slack_command("facilitator", line, "tall")
                refused(house, before, line)
            for do, fields in (("new_action", {"text": words}), ("set_consent", {"till": "2028-01-01", "organisationer": words}), ("edit", {"text": words})):
                before = len(house.turned)
                await house.teams_form("facilitator", do, "tall:1" if do == "edit" else "tall", fields)
                refused(house, before, do)
        gone(house, tmp_path, caplog)


async def test_what_somebody_is_called_by_a_platform(migrated_sqlite: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Profiles of those who are met for the first time, and of those who read a channel without being in the group."""
    caplog.set_level("DEBUG")
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        with_names(house)
        house.slack.add_user("UNY", f"Ny Person {NUMBER}")
        house.teams.add_user(f"{NUMBER} Ny Annan", house.teams_user("ny2"))
        house.slack.add_channel("CLAST", members=["UNY", house.slack_user("facilitator")])
        await house.slack_command("ny", "hjälp")
        await house.teams_say("ny2", "hjälp")
        with house.store.turn() as work:
            names = {person.name for person in work.people()}
            group = work.group("tall")
            assert group
            work.save([replace(group, channels=(f"slack:{house.slack.team}/CLAST",))], NOW)
        assert {"Ny Person", "Ny Annan"} <= names
        await house.slack_command("facilitator", "åtgärd ringa på fredag", "tall")
        await asyncio.to_thread(house.engine.drain)
        gone(house, tmp_path, caplog)
        assert NUMBER not in house.told()


async def test_no_door_is_left_out(migrated_sqlite: bytes, tmp_path: Path) -> None:
    async with house_of("holds", tmp_path, migrated_sqlite) as house:
        here = house.app
        while not hasattr(here, "routes"):
            here = here.app  # type: ignore[attr-defined]
        paths = {route.path for route in here.routes}
    assert {each for each in paths if "static" not in each} <= set(DOORS), "a door that is not walked"
    commands = make_parser("")._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert set(commands or ()) == set(ON_THE_COMMAND_LINE) | KEEPS_NOTHING_NEW, "a command that is not walked"
    asked = {found for file in (Path(__file__).parents[2] / "bot").glob("*.py") for found in re.findall(r'f?"outside (\w+)', file.read_text(encoding="utf-8"))}
    assert asked == FROM_OUTSIDE, "something from outside that is not walked"
