"""Throws made-up requests at every door, and looks for what must never happen: `make fuzz` (INPUTS=100000, SEED=1).

    python -m tests.security.fuzz 100000

Each is a good request with something wrong in it, or something that nobody would ever send: signed and tokened correctly, as
whoever may write in a chat can make the platform send it, or not at all. After each: no 5xx, no stack trace, no secret, and nothing of
a group that the asker is not in. At the end the group is as it was, as nobody who writes is in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from handlers import logs
from handlers.mail import Answer
from storage.store import KeyStore, Store
from tests.bot.test_permissions import ASKERS, CODE, CONSENTS, DOES, FIELDS, NOW, OURS, REFS, SEATS, things
from tests.security.house import SECRET, House
from tests.security.nasty import NASTY

CHANNELS = {name: [id for id in seats if id not in ("guest", "gone")] for name, seats in {**SEATS, "sg": {}}.items()}
WHO = ("other", "stranger", "left", "guest", "gone")  # none of them may see or change anything of the group's
PATHS = ("/health", "/metrics", "/slack/events", "/api/messages", "/teams/tab", "/teams/tab/act", "/teams/about", "/teams/static/tab.js", "/", "/events", "/api/say")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
ODD: tuple[Any, ...] = (None, True, False, 0, -1, 1e308, 2**70, "", " ", "x" * 5000, [], {}, [[]], [None], {"": ""}, "\x00", "\ud800", "tall", "tall:1", "@member", "CTALL", *NASTY)
BATCH = 8  # requests at once


@dataclass
class Found:
    """What came of it."""

    inputs: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    doors: Counter[str] = field(default_factory=Counter)
    kindly: Counter[str] = field(default_factory=Counter)  # what went wrong inside and was said kindly: by error and place
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def said(self) -> str:
        shares = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        doors = ", ".join(f"{door}: {count}" for door, count in self.doors.most_common())
        lines = [
            f"{self.inputs} inputs in {self.seconds:.0f} s", f"status  {shares}", f"door  {doors}",
            *(f"said kindly {count} times: {what}" for what, count in self.kindly.most_common()), f"{len(self.faults)} faults", *self.faults[:20],
        ]  # fmt: skip
        return "\n".join(lines)


class Fuzz:
    def __init__(self, house: House, seed: int) -> None:
        self.house, self.chance, self.found = house, random.Random(seed), Found()
        self.doors: dict[str, Callable[[], Awaitable[httpx.Response]]] = {
            "slack command": self.command, "slack button": self.button, "slack form": self.form, "slack shortcut": self.shortcut, "slack event": self.event, "slack anything": self.anything,
            "teams invoke": self.invoke, "teams message": self.message, "teams update": self.update, "tab": self.tab, "mail link": self.mail, "feed": self.feed, "unsigned": self.unsigned,
        }  # fmt: skip
        self.secrets = [house.slack.signing_secret, house.slack.bot_token, house.teams.secret, house.teams.bot_token, SECRET.hex()]

    async def run(self, inputs: int) -> Found:
        began = time.monotonic()
        names = list(self.doors)
        while self.found.inputs < inputs:
            batch = [self.chance.choice(names) for _ in range(min(BATCH, inputs - self.found.inputs))]
            await asyncio.gather(*(self.one(door) for door in batch))
            if self.found.inputs % 4000 < BATCH:  # what the pretend servers keep would fill the memory
                self.look_at_what_was_sent()
        self.look_at_what_was_sent()
        self.found.seconds = time.monotonic() - began
        return self.found

    async def one(self, door: str) -> None:
        found = self.found
        found.inputs += 1
        found.doors[door] += 1
        answer = await self.doors[door]()
        found.statuses[answer.status_code] += 1
        text = answer.text.encode().decode("unicode_escape", "replace") if "\\u" in answer.text else answer.text
        if answer.status_code >= 500 and answer.status_code != 501:  # 501: an invoke that nobody has heard of, as Teams wants it said
            found.faults.append(f"{door}: {answer.status_code} {answer.request.method} {answer.request.url}: {bytes(answer.request.content)[:700]!r}")
        for leak in self.leaks(text):
            lately = [(each.incoming.person, each.answered.name) for each in self.house.turned[-BATCH:]]
            found.faults.append(f"{door}: {leak} in the answer to {bytes(answer.request.content)[:700]!r}; lately {lately}")

    def leaks(self, text: str) -> list[str]:
        known = [("a stack trace", "Traceback"), ("our code", "handlers/"), ("our code", "storage/"), ("somebody's words", OURS)]
        return [what for what, words in (*known, *(("a secret", each) for each in self.secrets)) if words in text]

    def look_at_what_was_sent(self) -> None:
        house = self.house
        for what, calls in (("slack", house.slack.calls), ("teams", house.teams.calls)):
            for call in calls:
                for leak in self.leaks(json.dumps(call.body, ensure_ascii=False)):
                    self.found.faults.append(f"{leak} was sent by {what}: {str(call.body)[:500]}")
        for kept in (house.slack.calls, house.teams.calls, house.slack.sent_bodies, house.turned, house.slack.response_urls, house.slack.triggers, house.teams.dialogs):
            kept.clear()  # type: ignore[attr-defined]

    # -- making things up

    def odd(self) -> Any:
        return self.chance.choice(ODD)

    def text(self) -> str:
        chance = self.chance
        kind = chance.random()
        if kind < 0.35:
            return chance.choice(NASTY)
        if kind < 0.7:
            words = ("åtgärd", "klar", "möte", "hissa", "beslut", "lista", "flytta", "på", "fredag", "kl", "25:99", "v 99", "varannan", "@member", "@", "#1", "H1", "tall", CODE, "senast",
                     "2026-02-30", "9" * 30, "bjud in", "x@y", "ångra", "ny grupp", "samtycke", "till", "en", "två", "!", "\n", "hjälp", "sök", "ta bort", "/nvg")  # fmt: skip
            return " ".join(chance.choice(words) for _ in range(chance.randint(0, 12)))
        return "".join(chr(chance.choice((chance.randint(0, 0x2FF), chance.randint(0, 0xD7FF), chance.randint(0xE000, 0x10FFFF)))) for _ in range(chance.randint(0, 60)))

    def do(self) -> str:
        return self.chance.choice((*DOES, "more", "say", "undo", "gone", "")) if self.chance.random() < 0.9 else self.text()

    def ref(self) -> str:
        return self.chance.choice((*REFS, "lind", "lind:1", "@member", "@other", "gk", "", ":", "tall:99999999999999999999")) if self.chance.random() < 0.85 else self.text()

    def fields(self) -> dict[str, str]:
        names = self.chance.sample(list(FIELDS), self.chance.randint(0, 8))
        return {name: self.text() if self.chance.random() < 0.7 else "fredag" for name in (*names, *([self.text()] if self.chance.random() < 0.1 else []))}

    def who(self) -> str:
        return self.chance.choice(WHO)

    def where(self) -> str:
        return self.chance.choice(("", "lind", "gk", "tall"))

    def bent(self, thing: Any, share: float = 0.5) -> Any:
        """The same, with one or several values taken away, or odd."""
        if self.chance.random() > share:
            return thing
        thing = json.loads(json.dumps(thing))
        for _ in range(self.chance.randint(1, 3)):
            here = thing
            for _ in range(self.chance.randint(1, 5)):
                keys = list(here) if isinstance(here, dict) else list(range(len(here))) if isinstance(here, list) else []
                if not keys:
                    break
                key = self.chance.choice(keys)
                if isinstance(here[key], dict | list) and self.chance.random() < 0.7:
                    here = here[key]
                    continue
                if isinstance(here, dict) and self.chance.random() < 0.3:
                    del here[key]
                else:
                    here[key] = self.odd()
                break
        return thing

    # -- the doors

    async def command(self) -> httpx.Response:
        house, who, where = self.house, self.who(), self.where()
        payload = {
            "team_id": house.slack.team, "channel_id": house.slack_channel(where) if where else house.slack_private(who), "channel_name": "x", "user_id": house.slack_user(who),
            "command": "/nvg", "text": self.text(), "response_url": house.slack.response_url("CLIND", house.slack_user(who)), "trigger_id": str(self.chance.random()),
        }  # fmt: skip
        payload = {key: value if isinstance(value, str) else json.dumps(value) for key, value in self.bent(payload, 0.3).items()}
        return await house.slack_post(urlencode(payload, errors="replace"))

    async def button(self) -> httpx.Response:
        house = self.house
        if self.chance.random() < 0.5:
            payload = house.slack_tap_payload(self.who(), self.do(), self.ref(), self.text(), in_modal_of=self.where() or "tall")
        else:
            payload = house.slack_tap_payload(self.who(), self.do(), self.ref(), self.text(), channel=self.where())
        return await house.slack_payload(self.bent(payload))

    async def form(self) -> httpx.Response:
        return await self.house.slack_payload(self.bent(self.house.slack_form_payload(self.who(), self.do(), self.ref(), self.fields(), channel=self.where())))

    async def shortcut(self) -> httpx.Response:
        house, who = self.house, self.who()
        callback = self.chance.choice(("make_action", "make_decision", "new_action", self.text()))
        payload = {
            "type": self.chance.choice(("message_action", "shortcut")), "callback_id": callback, **house.slack_who(who), "channel": {"id": house.slack_channel(self.where() or "lind")},
            "message": {"text": self.text(), "ts": "1.1"}, "response_url": house.slack.response_url("CLIND", house.slack_user(who)),
        }  # fmt: skip
        return await house.slack_payload(self.bent(payload))

    async def event(self) -> httpx.Response:
        house, who = self.house, self.chance.choice(WHO[:-1])  # an account that Slack tells of is one that has come back
        kind = self.chance.choice(("app_mention", "message", "app_home_opened", "member_joined_channel", "user_change", "made_up"))
        # not tall: what happens to its channel is news to the group
        event = {"type": kind, "user": house.slack_user(who) if kind != "user_change" else {"id": house.slack_user(who), "deleted": False}, "tab": "home",
                 "channel": house.slack_channel(self.chance.choice(("lind", "gk"))), "text": self.text(), "ts": "1.1", "event_ts": "1.1", "channel_type": self.chance.choice(("im", "group"))}  # fmt: skip
        return await house.slack_event(self.bent(event), id=self.chance.choice(("", self.text())))

    async def anything(self) -> httpx.Response:
        chance = self.chance
        body = chance.choice((self.text, lambda: json.dumps(self.odd()), lambda: f"payload={quote(self.text(), errors='replace')}", lambda: urlencode({"payload": json.dumps(self.odd())}),
                              lambda: json.dumps({"type": "url_verification", "challenge": self.odd()}), lambda: json.dumps({"type": "event_callback", "event": self.odd()}),
                              lambda: json.dumps({"type": self.odd(), "team_id": self.odd()}), lambda: urlencode({"command": "/nvg", "user_id": self.text()}, errors="replace"),
                              lambda: urlencode({"ssl_check": "1", "token": "x"}), lambda: "[" * 3000))()  # fmt: skip
        content_type = chance.choice(("application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""))
        return await self.house.slack_post(body.encode("utf-8", "replace").decode(), content_type)

    async def invoke(self) -> httpx.Response:
        who, chance = self.who(), self.chance
        ours = {"do": self.do(), "ref": self.ref(), "value": self.text(), "form": chance.random() < 0.5, "version": 1,
                "view": {"title": "x", "submit": "x", "cancel": "x", "do": "x", "fields": [{"name": "text", "label": "x", "kind": chance.choice(("text", "people", "x")), "options": [["a", "b"]]}]}}  # fmt: skip
        data = {"nvg": ours, **self.fields()}
        name = chance.choice(("adaptiveCard/action", "task/fetch", "task/submit", "composeExtension/fetchTask", "composeExtension/submitAction", "made/up"))
        message = {"body": {"contentType": "html", "content": self.text()}, "mentions": [{"id": 0, "mentioned": {"user": {"id": self.text()}}}]}
        value = {"action": {"type": "Action.Execute", "data": data}} if name == "adaptiveCard/action" else {"data": data, "commandId": chance.choice(("make_action", "x")), "messagePayload": message}
        return await self.activity("invoke", who, name=name, value=value, replyToId=self.text())

    async def message(self) -> httpx.Response:
        house, text = self.house, self.text()
        entities = [{"type": "mention", "mentioned": {"id": house.teams.bot_account}, "text": "<at>nvg</at>"}]
        more: dict[str, Any] = {"value": {"nvg": {"do": self.do(), "ref": self.ref(), "value": text}}} if self.chance.random() < 0.3 else {}
        return await self.activity("message", self.who(), text=f"<at>nvg</at> {text}", entities=entities, **more)

    async def update(self) -> httpx.Response:
        who = self.chance.choice(WHO[:-1])
        people = [{"id": self.house.teams.users[self.house.teams_user(who)].account, "aadObjectId": self.house.teams_user(who)}]
        kind = self.chance.choice(("conversationUpdate", "installationUpdate", "messageReaction", "typing", "event", self.text()))
        return await self.activity(kind, who, membersAdded=people, action=self.chance.choice(("add", "x")))

    async def activity(self, kind: str, who: str, **more: Any) -> httpx.Response:
        channel = self.where() if kind in ("invoke", "message") else self.chance.choice(("", "lind", "gk"))
        activity = self.house.teams_activity(kind, who, channel, **more)
        bent = self.bent(activity)
        if not isinstance(bent, dict):
            bent = activity
        bent["serviceUrl"] = activity["serviceUrl"]  # else it would be refused at once
        return await self.house.teams_post(bent)

    async def tab(self) -> httpx.Response:
        house, who = self.house, self.who()
        asked = {"id": f"fuzz{self.chance.random()}".replace(".", "_"), "locale": "sv-SE", "do": self.do(), "ref": self.ref(), "value": self.text()}
        if self.chance.random() < 0.5:
            asked |= {"fields": self.fields(), "version": 1}
        return await house.web.post("/teams/tab/act", content=json.dumps(self.bent(asked, 0.4)), headers={"authorization": f"Bearer {house.teams.user_token(house.teams_user(who))}"})

    async def mail(self) -> httpx.Response:
        house, chance = self.house, self.chance
        sealed = Answer(f"{self.who()}@example.org", chance.choice(("done", "answer_yes", "answer_question", "x")), self.ref().replace("\n", ""), self.text(), NOW).sealed()
        sealed = sealed.encode("utf-8", "replace").decode()
        link = house.links.answer(chance.choice((sealed, sealed[: chance.randint(0, 20)], "\n\n\n\n"))) if chance.random() < 0.6 else f"/answer/{quote(self.text(), safe='', errors='replace')}"
        if chance.random() < 0.4:
            return await house.web.get(link)
        return await house.web.post(link, content=urlencode(self.fields(), errors="replace"), headers={"content-type": "application/x-www-form-urlencoded"})

    async def feed(self) -> httpx.Response:
        house, chance = self.house, self.chance
        name = f"{chance.choice(('', 'tall ', 'lind ', self.text()))}@{chance.choice((*WHO, self.text()))} {chance.choice(('0', '0 0', 'x', ''))}".encode("utf-8", "replace").decode()
        link = house.links.calendar(name) if chance.random() < 0.6 else f"/calendar/{quote(self.text(), safe='', errors='replace')}.ics"
        return await house.web.get(link, headers={"if-none-match": chance.choice(("", '"', "*")), "accept-encoding": chance.choice(("", "gzip", "br;q=x"))})

    async def unsigned(self) -> httpx.Response:
        chance = self.chance
        path = chance.choice(PATHS) if chance.random() < 0.7 else f"/{quote(self.text(), errors='replace')}"
        headers = {chance.choice(("authorization", "x-slack-signature", "x-slack-request-timestamp", "cookie", "host", "x-forwarded-for", "content-length", "content-type", "range")):
                   chance.choice(("Bearer x.y.z", "Bearer ", "v0=", "9" * 30, "-1", "1e9", "nan", "bytes=0-1", "evil.example", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer eyJhbGciOiJSUzI1NiJ9.W10.x"))
                   for _ in range(chance.randint(0, 3))}  # fmt: skip
        return await self.house.web.request(chance.choice(METHODS), path, headers=headers, content=self.text().encode("utf-8", "replace"))


async def fuzz(inputs: int, seed: int, folder: Path, database: bytes) -> Found:
    """All of it, on a bot of its own in that folder."""
    kindly: Counter[str] = Counter()
    failed = logs.failed

    def noted(name: str, error: BaseException, **values: Any) -> str:
        import traceback

        last = traceback.extract_tb(error.__traceback__)[-1]
        kindly[f"{name}: {type(error).__name__} at {Path(last.filename).name}:{last.lineno}"] += 1
        return failed(name, error, **values)

    async with House(folder, database, NOW, (*ASKERS, "otherlead"), CHANNELS, NVG_PERSON_RATE="999999") as house:
        house.save(things(*CONSENTS["holds"]))
        before = _without_door(house.store.export_group(CODE))
        logs.failed = noted  # type: ignore[assignment]
        doors = [each for each in _middlewares(house.app) if hasattr(each, "_buckets")]
        for each in doors:
            each._buckets._most = 1e9  # one address asks all this
        try:
            found = await Fuzz(house, seed).run(inputs)
        finally:
            logs.failed = failed
    found.kindly = kindly
    with contextlib.closing(Store(f"sqlite:///{folder / 'nvg.db'}", KeyStore(folder / "nvg.keys", SECRET))) as store:
        after = _without_door(store.export_group(CODE))
    for what in before:
        if what not in ("people", "access_log") and after[what] != before[what]:  # who they are, they may change themselves; who asked stands in the log
            changed = [each for each in after[what] if each not in before[what]] if isinstance(before[what], list) else after[what]
            found.faults.append(f"the group's {what} are not as they were: {changed}"[:1500])
    return found


def _middlewares(app: Any) -> list[Any]:
    found = []
    here = app.middleware_stack or app.build_middleware_stack()
    app.middleware_stack = here
    while here is not None:
        found.append(here)
        here = getattr(here, "app", None)
    return found


def _without_door(exported: Mapping[str, Any]) -> dict[str, Any]:
    """That somebody is in the channel and waits for the facilitator's word is the platform's to say, and lets them see nothing."""
    group = {name: value for name, value in exported["group"].items() if name not in ("at_door", "door_at")}
    return {**exported, "group": group, "facts": [each for each in exported["facts"] if each["kind"] != "channel_joined"]}


def main() -> int:
    inputs, seed = (int(each) for each in (*sys.argv[1:], *("100000", "1")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory(prefix="nvg-fuzz-") as name:
        folder = Path(name)
        store = Store(f"sqlite:///{folder / 'template.db'}", KeyStore("sqlite://", SECRET))
        store.migrate()
        store.close()
        found = asyncio.run(fuzz(inputs, seed, folder, (folder / "template.db").read_bytes()))
    print(found.said())
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
