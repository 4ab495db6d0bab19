"""What people do in Teams, and the activities that Teams sends the bot for it, with a token of its own."""

from __future__ import annotations

import html
import http.client
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fake_servers.teams import checks
from tests.fake_servers.teams.model import Conversation, Dialog, Json, Message, Toast, User
from tests.fake_servers.teams.reading import Spot, inputs_of, spots_of

if TYPE_CHECKING:
    from tests.fake_servers.teams import FakeTeams

PATH = "/api/messages"
TYPED = re.compile(r"@([\w-]+(?:\.[\w-]+)*)")


@dataclass(slots=True)
class Reply:
    """What the bot answered. `status` 0: nothing in time ("timeout"), or no connection ("no_connection").

    `error`: what Teams' client says to the user then.
    """

    status: int
    body: Any = None
    error: str = ""
    seconds: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    _again: Callable[[], Reply] | None = None

    @property
    def ok(self) -> bool:
        return self.status in (200, 201, 202) and not self.error

    def again(self) -> Reply:
        """Teams sends the very same activity once more."""
        if self._again is None:
            raise ValueError("nothing was sent")
        return self._again()


class Postbox:
    """Hands activities to the bot. Thread-safe."""

    def __init__(self, teams: FakeTeams) -> None:
        self.teams = teams
        self._local = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    def close(self) -> None:
        for each in self._connections:
            each.close()

    def hand_over(
        self, activity: Json, url: str, token: str | None = None, answered: Callable[[Reply], Reply] | None = None, retry: int = 0
    ) -> Reply:
        """Send it, then `retry` times again; the last answer. `token`: another than the right one, "" none at all."""
        if token is None:
            token = self.teams.token(service_url=str(activity.get("serviceUrl", "")))
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
                   **({"Authorization": f"Bearer {token}"} if token else {})}  # fmt: skip
        body = json.dumps(activity).encode()

        def once() -> Reply:
            began = time.monotonic()
            reply = self.request(url, body, headers)
            reply.seconds = time.monotonic() - began
            if reply.ok and answered:
                reply = answered(reply)
            reply._again = once
            return reply

        reply = once()
        for _ in range(retry):
            reply = once()
        return reply

    def request(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """One request; the connection is kept for the next."""
        parts = urlsplit(url)
        path = parts.path if parts.path.strip("/") else PATH
        known: dict[str, http.client.HTTPConnection] = self._local.__dict__.setdefault("known", {})
        while True:
            connection = known.get(parts.netloc)
            fresh = connection is None
            if connection is None:
                connection = known[parts.netloc] = http.client.HTTPConnection(parts.netloc, timeout=self.teams.patience)
                self._connections.append(connection)
            elif connection.sock:
                connection.sock.settimeout(self.teams.patience)
            try:
                connection.request("POST", path, body, dict(headers))
                response = connection.getresponse()
                text = response.read().decode()
                given = {key.lower(): value for key, value in response.getheaders()}
                return Reply(response.status, json.loads(text) if text and "json" in given.get("content-type", "") else text, headers=given)
            except TimeoutError:
                known.pop(parts.netloc).close()
                return Reply(0, error="timeout")
            except (http.client.HTTPException, OSError):
                known.pop(parts.netloc).close()
                if fresh:  # a kept connection may have been closed meanwhile
                    return Reply(0, error="no_connection")

    # -- what all activities have in common

    def activity(self, kind: str, here: Conversation, user: User | None, thread: str = "", id: str = "", **more: Any) -> Json:
        teams = self.teams
        now = datetime.fromtimestamp(teams.clock(), UTC)
        tenant = {"id": here.tenant}
        conversation: Json = {"conversationType": here.kind, "tenantId": here.tenant, "id": here.id}
        if here.kind != "personal":
            conversation["isGroup"] = True
        if here.kind == "groupChat" and here.name:
            conversation["name"] = here.name
        if here.kind == "channel" and thread:
            conversation["id"] = f"{here.id};messageid={thread}"
        channel_data: Json = {"tenant": tenant}
        if here.kind == "channel":
            channel_data |= {
                "teamsChannelId": here.id, "teamsTeamId": here.team, "team": {"id": here.team, "name": f"Team {here.name}"},
                "channel": {"id": here.id, **({"name": here.name} if here.name else {}), "type": here.sort},
            }  # fmt: skip
        locale = user.locale if user else "sv-SE"
        activity: Json = {
            "type": kind, "id": id or (teams.new_id() if kind == "message" else f"f:{secrets.token_hex(8)}"),
            "timestamp": now.isoformat(), "localTimestamp": now.isoformat(), "serviceUrl": teams.service_url(here.tenant),
            "channelId": "msteams", "from": {"id": teams.bot_account}, "conversation": conversation,
            "recipient": {"id": teams.bot_account, "name": teams.bot_name}, "channelData": channel_data,
        }  # fmt: skip
        if user:
            activity["from"] = {"id": user.account, "name": user.name, "aadObjectId": user.id}
            activity |= {"locale": locale, "localTimezone": user.time_zone, "entities": [
                {"type": "clientInfo", "locale": locale, "country": locale[-2:], "platform": "Windows", "timezone": user.time_zone}]}  # fmt: skip
        return {**activity, **more}

    def members(self, here: Conversation, added: bool, users: list[User], bot: bool, by: User | None, url: str, event: str = "") -> Reply:
        """conversationUpdate: people or the bot came into a conversation or left it."""
        teams = self.teams
        who = [{"id": teams.bot_account}] if bot else [{"id": each.account, "aadObjectId": each.id} for each in users]
        activity = {**self.activity("conversationUpdate", here, by), "membersAdded" if added else "membersRemoved": who}
        if here.kind == "channel":
            activity["channelData"]["eventType"] = event or ("teamMemberAdded" if added else "teamMemberRemoved")
            activity["conversation"]["id"] = here.team if here.sort == "standard" else here.id
        return self.hand_over(activity, url)

    def installation(self, here: Conversation, added: bool, by: User | None, url: str) -> Reply:
        action = "add" if added else "remove"
        activity = self.activity("installationUpdate", here, by, action=action)
        if here.kind == "channel":
            activity["channelData"].pop("channel", None)
            if added:
                activity["channelData"]["settings"] = {"selectedChannel": {"id": here.id}}
            elif here.sort == "standard":  # it is out of the whole team, and which of its channels it was in is not told
                activity["conversation"]["id"] = here.team
        return self.hand_over(activity, url)

    def event(self, here: Conversation, event: str, by: User | None, url: str) -> Reply:
        """channelDeleted, channelRestored, channelRenamed, teamDeleted, teamArchived, teamUnarchived ..."""
        activity = self.activity("conversationUpdate", here, by)
        activity["channelData"]["eventType"] = event
        activity["conversation"]["id"] = here.team
        if event.startswith("team"):
            activity["channelData"].pop("channel")
        return self.hand_over(activity, url)


class Person:
    """A user, doing things. Each call returns when the bot has answered it; what follows may come later.

    `retry=n` sends the same activity n times more; `token` is another than the right one.
    """

    def __init__(self, teams: FakeTeams, user: User, bot_url: str) -> None:
        self.teams, self.user, self.url = teams, user, bot_url
        self.post = teams.postbox

    # -- writing

    def mention(self, conversation: str, text: str, thread: str = "", retry: int = 0, token: str | None = None, **more: Any) -> Reply:
        """@nvg in a channel or a chat; the mention is put first where the text has none ("@nvg" in it is one)."""
        line = text if re.search(rf"@{self.teams.bot_name}(?![\w-])", text, re.IGNORECASE) else f"@{self.teams.bot_name} {text}"
        return self._said(self.teams.conversations[conversation], line, thread, retry, token, more)

    def direct(self, text: str, retry: int = 0, token: str | None = None, **more: Any) -> Reply:
        """A line in the private chat with the bot."""
        return self._said(self.teams.private_chat(self.user.id), text, "", retry, token, more)

    def write(self, conversation: str, text: str, thread: str = "") -> Message:
        """A line that the bot is not told of."""
        return self.teams.keep(Message(conversation, self.teams.new_id(), self.user.id, text, reply_to=thread))

    def _said(self, here: Conversation, text: str, thread: str, retry: int, token: str | None, more: Mapping[str, Any]) -> Reply:
        message = self.teams.keep(Message(here.id, self.teams.new_id(), self.user.id, text, reply_to=thread))
        line, entities = self.typed(text)
        shown = "".join(f"<p>{each}</p>" for each in line.split("\n"))
        activity = self.post.activity(
            "message", here, self.user, thread or message.id, message.id, text=line, textFormat="plain",
            attachments=[{"contentType": "text/html", "content": shown}], **more,
        )  # fmt: skip
        activity["entities"] = [*entities, *activity["entities"]]
        return self.post.hand_over(activity, self.url, token, retry=retry)

    def typed(self, text: str) -> tuple[str, list[Json]]:
        """What Teams makes of what is typed: the @handle of a user or of the bot is a mention."""
        teams = self.teams
        handles = {each.handle.casefold(): each for each in teams.users.values()}
        entities: list[Json] = []

        def mention(found: re.Match[str]) -> str:
            name = found[1].casefold()
            user = handles.get(name)
            if name == teams.bot_name.casefold():
                who: Json = {"id": teams.bot_account, "name": teams.bot_name}
            elif user:
                who = {"id": user.account, "name": user.name, "aadObjectId": user.id}
            else:
                return found[0]
            marked = f"<at>{html.escape(who['name'], quote=False)}</at>"
            entities.append({"type": "mention", "mentioned": who, "text": marked})
            return marked

        return TYPED.sub(mention, text), entities

    # -- tapping and filling in

    def tap(
        self, where: Message | Spot, button: str = "", nth: int = 0, values: Mapping[str, Any] | None = None, retry: int = 0,
        token: str | None = None, message: Message | None = None, checked: bool = True,
    ) -> Reply:  # fmt: skip
        """Tap a button of a message by its label (LookupError if it is not there), or a spot of `message`'s card.

        `nth` of those with that label; `values` of the card's inputs: those that are left out keep what was filled in.
        """
        if isinstance(where, Message):
            message = where
            card = where.seen_by(self.user.id)
            found = [each for each in spots_of(card) if each.label == button]
            if len(found) <= nth:
                raise LookupError(f"no {button!r} here; there are {[each.label for each in spots_of(card)]}")
            where = found[nth]
        assert message is not None, "a spot is tapped on a message"
        action, here = where.action, self.teams.conversations[message.conversation]
        typed = filled_in(message.seen_by(self.user.id), values or {}, checked)
        data = {**(action.get("data") or {}), **{id: value for id, value in typed.items() if value}}
        thread = message.reply_to or message.id
        if action["type"] == "Action.Execute":
            value: Json = {"action": {"type": "Action.Execute", "title": where.label, "verb": action["verb"], "data": data}, "trigger": "manual"}
            activity = self.post.activity("invoke", here, self.user, thread, name="adaptiveCard/action", value=value, replyToId=message.id)
            return self.post.hand_over(activity, self.url, token, lambda reply: self._acted(message, reply), retry)
        if (data.get("msteams") or {}).get("type") == "task/fetch":
            value = {"data": data, "context": {"theme": "default"}}
            activity = self.post.activity("invoke", here, self.user, thread, name="task/fetch", value=value, replyToId=message.id)
            return self.post.hand_over(activity, self.url, token, lambda reply: self._opened(here, reply, "", message), retry)
        activity = self.post.activity("message", here, self.user, thread, value=data, replyToId=message.id)
        return self.post.hand_over(activity, self.url, token, retry=retry)

    def extension(self, command: str, message: Message | None = None, conversation: str = "", retry: int = 0, token: str | None = None) -> Reply:
        """A message extension's action, on a message (or without one, in the compose box of a conversation)."""
        here = self.teams.conversations[message.conversation if message else conversation or self.teams.private_chat(self.user.id).id]
        value = self._of_extension(command, message)
        thread = (message.reply_to or message.id) if message else ""
        activity = self.post.activity("invoke", here, self.user, thread, name="composeExtension/fetchTask", value=value)
        return self.post.hand_over(activity, self.url, token, lambda reply: self._opened(here, reply, command, message), retry)

    def submit(
        self, values: Mapping[str, str] | None = None, checked: bool = True, retry: int = 0, token: str | None = None, button: str = ""
    ) -> Reply:
        """Fill in the open dialog (by the ids of its inputs) and send it in; what the bot answers happens to the dialog.

        By the button at its foot, or the one of that label.

        Not `checked`: also what Teams' client would not let through.
        """
        dialog = self._open()
        dialog.typed = filled_in(dialog.card, values or {}, checked, dialog.typed)
        tapped = next((each.action for each in spots_of(dialog.card) if (each.label == button if button else each.row < 0)), None)
        if tapped is None:
            raise LookupError("the dialog has no such button")
        data = {**(tapped.get("data") or {}), **{id: value for id, value in dialog.typed.items() if value}}
        here = self.teams.conversations[dialog.conversation]
        if dialog.command:
            value = {**self._of_extension(dialog.command, dialog.message), "data": data}
            name = "composeExtension/submitAction"
        else:
            value, name = {"data": data, "context": {"theme": "default"}}, "task/submit"
        thread = (dialog.message.reply_to or dialog.message.id) if dialog.message else ""
        activity = self.post.activity("invoke", here, self.user, thread, name=name, value=value)
        return self.post.hand_over(activity, self.url, token, lambda reply: self._submitted(dialog, reply), retry)

    def close(self) -> None:
        """Close the open dialog; the bot is not told."""
        self.teams.dialogs.pop(self.user.id, None)

    @property
    def dialog(self) -> Dialog | None:
        return self.teams.dialog_of(self.user.id)

    # -- how

    def _open(self) -> Dialog:
        if (dialog := self.dialog) is None or dialog.card is None:
            raise LookupError(f"{self.user.name} has no form open")
        return dialog

    def _of_extension(self, command: str, message: Message | None) -> Json:
        value: Json = {"commandId": command, "commandContext": "message" if message else "compose", "context": {"theme": "default"}}
        if message is not None:
            value["messagePayload"] = self._payload(message)
        return value

    def _payload(self, message: Message) -> Json:
        """The message that an extension's action was chosen on."""
        teams = self.teams
        stamp = datetime.fromtimestamp(int(message.id) / 1000, UTC).isoformat()
        line, entities = self.typed(message.text) if message.user else (message.text, [])
        mentions = []
        for number, each in enumerate(entities):
            who = each["mentioned"]
            line = line.replace(each["text"], f'<at id="{number}">{html.escape(who["name"])}</at>', 1)
            of = {"user": {"userIdentityType": "aadUser", "id": who["aadObjectId"], "displayName": who["name"]}} if "aadObjectId" in who else {
                "application": {"applicationIdentityType": "bot", "id": teams.app_id, "displayName": who["name"]}}  # fmt: skip
            mentions.append({"id": number, "mentionText": who["name"], "mentioned": of})
        written: Json = {"application": {"applicationIdentityType": "bot", "id": teams.app_id, "displayName": teams.bot_name}}
        if message.user:
            user = teams.users[message.user]
            written = {"user": {"userIdentityType": "aadUser", "id": user.id, "displayName": user.name}}
        parts = re.split(r"(<at id.*?</at>)", line)
        inside = "".join(part if part.startswith("<at id") else html.escape(part, quote=False) for part in parts).replace("\n", "<br>")
        attachments = [{"id": secrets.token_hex(8), "contentType": checks.CARD, "content": json.dumps(message.card)}] if message.card else []
        content = f"<div><div>{inside}</div></div>" if inside else f'<attachment id="{attachments[0]["id"]}"></attachment>' if attachments else ""
        return {
            "id": message.id, "replyToId": message.reply_to or None, "createdDateTime": stamp, "lastModifiedDateTime": None, "deleted": False,
            "subject": None, "summary": message.summary or None, "importance": "normal", "locale": "sv-se", "messageType": "message",
            "linkToMessage": f"https://teams.microsoft.com/l/message/{message.conversation}/{message.id}",
            "body": {"contentType": "html", "content": content}, "from": written, "attachments": attachments, "mentions": mentions,
            "reactions": [],
        }  # fmt: skip

    def _acted(self, message: Message, reply: Reply) -> Reply:
        """What Teams' client does with the answer to Action.Execute."""
        body = reply.body if isinstance(reply.body, dict) else {}
        kind, value = body.get("type"), body.get("value") or {}
        teams, user = self.teams, self.user.id
        with teams.lock:
            if kind == checks.CARD:
                if wrong := checks.wrong_card(value):
                    reply.error = "; ".join(wrong)
                    return reply
                message.views[user] = value
                teams.tell("refreshed", message, user)
            elif kind == "application/vnd.microsoft.activity.message":
                teams.toast(Toast(user, message.conversation, str(value)))
            elif kind == "application/vnd.microsoft.error":
                teams.toast(Toast(user, message.conversation, str(value.get("message", "")), error=True))
            elif body.get("statusCode") != 200:
                reply.error = f"something went wrong: {reply.body!r}"
        return reply

    def _opened(self, here: Conversation, reply: Reply, command: str, message: Message | None) -> Reply:
        """What Teams' client does with the answer to task/fetch and composeExtension/fetchTask."""
        return self._task(reply, Dialog(self.user.id, here.id, command=command, message=message), required=True)

    def _submitted(self, dialog: Dialog, reply: Reply) -> Reply:
        with self.teams.lock:
            if self.teams.dialogs.get(self.user.id) is not dialog:
                return reply
            self.teams.dialogs.pop(self.user.id)
        return self._task(reply, Dialog(self.user.id, dialog.conversation, command=dialog.command, message=dialog.message), required=False)

    def _task(self, reply: Reply, dialog: Dialog, required: bool) -> Reply:
        task = (reply.body.get("task") if isinstance(reply.body, dict) else None) or {}
        teams, value = self.teams, task.get("value")
        if task.get("type") == "continue" and isinstance(value, dict):
            attachment = value.get("card") or {}
            if attachment.get("contentType") != checks.CARD:
                reply.error = f"a dialog of {attachment.get('contentType')}"
                return reply
            if wrong := checks.wrong_card(attachment.get("content"), dialog=True):
                reply.error = "; ".join(wrong)
                return reply
            dialog.title, dialog.card, dialog.given = str(value.get("title", "")), dict(attachment["content"]), dict(value)
        elif task.get("type") == "message":
            dialog.text = str(value)
        else:
            if required or task:
                reply.error = f"unable to reach the app: {reply.body!r}"
            return reply
        with teams.lock:
            teams.dialogs[self.user.id] = dialog
            teams.tell("opened", dialog, self.user.id)
        return reply


def filled_in(card: Json | None, values: Mapping[str, str], checked: bool = True, typed: Mapping[str, str] | None = None) -> dict[str, str]:
    """What all inputs of a card hold when a person has filled in these. KeyError: no such field; ValueError: something is missing."""
    inputs = inputs_of(card)
    if unknown := set(values) - set(inputs):
        raise KeyError(f"no such field: {sorted(unknown)}; there are {list(inputs)}")
    filled = {}
    for id, each in inputs.items():
        filled[id] = _given(each, values[id], checked) if id in values else (typed or {}).get(id, str(each.get("value", "")))
        if checked and each.get("isRequired") and not filled[id]:
            raise ValueError(f"Teams' client asks for {id} before it sends the form in")
    return filled


def _given(element: Json, value: str, checked: bool) -> str:
    """What is sent for one field when a person has chosen `value`: a text, a choice's value or title, several with commas."""
    kind = element["type"]
    if kind == "Input.ChoiceSet":
        known = {word: each["value"] for each in element.get("choices", ()) for word in (each["title"], each["value"])}
        parts = [part.strip() for part in value.split(",") if part.strip()] if element.get("isMultiSelect") else [value] if value else []
        if checked and "choices.data" not in element and (strange := [part for part in parts if part not in known]):
            raise KeyError(f"no choice {strange}; there are {list(known)}")
        return ",".join(known.get(part, part) for part in parts)
    if kind == "Input.Toggle":
        return str(element.get("valueOn", "true") if value and value not in ("nej", "no", "false") else element.get("valueOff", "false"))
    if checked and kind == "Input.Date" and value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError(f"a date is picked, not written: {value}")
    if checked and kind == "Input.Time" and value and not re.fullmatch(r"\d\d:\d\d", value):
        raise ValueError(f"a time is picked, not written: {value}")
    return value
