"""The methods of the Web API that the bot relies on, each as its page on docs.slack.dev/reference/methods says."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.fake_servers.slack import checks
from tests.fake_servers.slack.model import Channel, Grant, Json, Message, SlackError, User, View

if TYPE_CHECKING:
    from tests.fake_servers.slack import FakeSlack

CODE_LIVES = 600.0
LONGEST_TEXT = 40_000
METADATA_SIZE = 4_000
NO_JSON = frozenset({
    "auth.teams.list", "bots.info", "conversations.history", "conversations.info", "conversations.list", "conversations.members", "oauth.v2.access",
    "team.info", "users.conversations", "users.info", "users.list", "users.lookupByEmail",
})  # fmt: skip
"""Methods whose arguments are read from a form or the query only."""


@dataclass(frozen=True, slots=True)
class Method:
    run: Callable[[FakeSlack, Grant, Json], Json]
    scope: str = ""  # "" none; "read" that of the channel's kind
    needs: tuple[str, ...] = ()
    token: str = "bot"  # bot | app | none


METHODS: dict[str, Method] = {}


def method(name: str, scope: str = "", needs: tuple[str, ...] = (), token: str = "bot") -> Callable[[Any], Any]:
    def add(run: Any) -> Any:
        METHODS[name] = Method(run, scope, needs, token)
        return run

    return add


def call(slack: FakeSlack, name: str, token: str, body: Json, basic: str = "") -> Json:
    """One call: the token and its scopes, the arguments, and then the method itself. SlackError where Slack says no."""
    if name not in METHODS:
        raise SlackError("unknown_method", req_method=name)
    found = METHODS[name]
    if basic:
        body = {**dict(zip(("client_id", "client_secret"), base64.b64decode(basic).decode().split(":", 1), strict=False)), **body}
    grant = Grant("", "", "", "", set()) if found.token == "none" else _grant(slack, token, found.token)
    for argument in found.needs:
        if body.get(argument) in (None, ""):
            raise SlackError("invalid_arguments", f"missing required field: {argument}")
    if found.scope and found.scope != "read":
        _must_have(grant, found.scope)
    return {"ok": True, **found.run(slack, grant, body)}


def _grant(slack: FakeSlack, token: str, kind: str) -> Grant:
    if not token:
        raise SlackError("not_authed")
    grant = slack.grants.get(token)
    if grant is None:
        raise SlackError("invalid_auth")
    if grant.state:
        raise SlackError(grant.state)
    if token.startswith("xapp-") != (kind == "app"):
        raise SlackError("not_allowed_token_type")
    return grant


def _must_have(grant: Grant, scope: str) -> None:
    if scope not in grant.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(grant.scopes)))


# -- finding


def _channel(slack: FakeSlack, grant: Grant, id: str, read: bool = False) -> Channel:
    """A channel that the token's workspace knows; a private one is only there for those in it."""
    found = slack.channels.get(id)
    if found is None or not slack.reaches(grant, (found.team, *found.connected)):
        raise SlackError("channel_not_found")
    if read:
        _must_have(grant, f"{found.kind}:read")
    if found.private and grant.user not in found.members:
        raise SlackError("channel_not_found")
    return found


def _to_post(slack: FakeSlack, grant: Grant, id: str) -> Channel:
    """Where to post: also a user's id, which means the private chat."""
    if id in slack.users:
        user = slack.users[id]
        if user.deleted:
            raise SlackError("channel_not_found")
        return slack.private_chat(id, grant)
    channel = _channel(slack, grant, id)
    if channel.archived:
        raise SlackError("is_archived")
    if not channel.im and grant.user not in channel.members and "chat:write.public" not in grant.scopes:
        raise SlackError("not_in_channel")
    return channel


def _user(slack: FakeSlack, grant: Grant, id: str) -> User:
    user = slack.users.get(id)
    if user is None:
        raise SlackError("user_not_found")
    shared = any(id in each.members and slack.reaches(grant, (each.team, *each.connected)) for each in slack.channels.values())
    if user.team != grant.team and not shared and not slack.same_enterprise(user.team, grant.team):
        raise SlackError("user_not_visible")
    return user


def _page(found: list[Any], body: Json, key: str, default: int = 100) -> Json:
    start = int(base64.b64decode(body["cursor"]).decode()) if body.get("cursor") else 0
    limit = min(int(body.get("limit") or default), 1000)
    rest = base64.b64encode(str(start + limit).encode()).decode() if start + limit < len(found) else ""
    return {key: found[start : start + limit], "response_metadata": {"next_cursor": rest}}


# -- chat


def _content(body: Json) -> Json:
    """The checked text, blocks and metadata of a message."""
    text, blocks, metadata = str(body.get("text") or ""), body.get("blocks") or [], body.get("metadata") or {}
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    if wrong := checks.wrong_blocks(blocks):
        raise SlackError("invalid_blocks", *wrong, errors=wrong)
    if checks.too_long(blocks):
        raise SlackError("msg_blocks_too_long")
    if metadata and (not isinstance(metadata, dict) or not metadata.get("event_type") or "event_payload" not in metadata):
        raise SlackError("invalid_metadata_format")
    if len(str(metadata)) > METADATA_SIZE:
        raise SlackError("metadata_too_large")
    return {"text": text, "blocks": with_ids(blocks), "metadata": metadata}


def with_ids(blocks: list[Json]) -> list[Json]:
    """Slack gives each block an id that has none."""
    return [block if block.get("block_id") else {**block, "block_id": secrets.token_urlsafe(4)[:5]} for block in blocks]


@method("chat.postMessage", scope="chat:write", needs=("channel",))
def _post(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    channel = _to_post(slack, grant, str(body["channel"]))
    content = _content(body)
    thread = str(body.get("thread_ts") or "")
    if thread and not any(each.ts == thread for each in slack.posts(channel.id)):
        thread = ""  # Slack posts it in the channel
    options: Json = {key: body[key] for key in ("unfurl_links", "unfurl_media", "mrkdwn", "reply_broadcast", "username") if key in body}
    message = slack.keep(Message(channel.id, slack.ts(), grant.user, **content, thread_ts=thread, bot_id=grant.bot_id,
                                 team=channel.team if grant.team.startswith("E") else grant.team, app_id=slack.app_id, options=options))  # fmt: skip
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


@method("chat.update", scope="chat:write", needs=("channel", "ts"))
def _update(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    channel = _channel(slack, grant, str(body["channel"]))
    if channel.archived:
        raise SlackError("is_archived")
    message = slack.message(channel.id, str(body["ts"]))
    if message is None or message.only:
        raise SlackError("message_not_found")
    if message.user != grant.user:
        raise SlackError("cant_update_message")
    content = _content(body)
    message.text, message.blocks = content["text"], content["blocks"]
    message.metadata = content["metadata"] or message.metadata
    message.edited, message.edits = slack.ts(), message.edits + 1
    slack.tell("edited", message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_json()}


@method("chat.postEphemeral", scope="chat:write", needs=("channel", "user"))
def _post_ephemeral(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    channel = _to_post(slack, grant, str(body["channel"]))
    user = str(body["user"])
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    message = slack.keep(Message(channel.id, slack.ts(), grant.user, **_content(body), thread_ts=str(body.get("thread_ts") or ""),
                                 only=user, bot_id=grant.bot_id, team=channel.team if grant.team.startswith("E") else grant.team, app_id=slack.app_id))  # fmt: skip
    return {"message_ts": message.ts}


@method("chat.delete", scope="chat:write", needs=("channel", "ts"))
def _delete(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    channel = _channel(slack, grant, str(body["channel"]))
    message = slack.message(channel.id, str(body["ts"]))
    if message is None or message.only:
        raise SlackError("message_not_found")
    if message.user != grant.user:
        raise SlackError("cant_delete_message")
    slack.drop(message)
    return {"channel": channel.id, "ts": message.ts}


# -- conversations


@method("conversations.open", scope="im:write")
def _open(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    users = [each for each in str(body.get("users") or "").split(",") if each]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        _must_have(grant, "mpim:write")
    user = _user(slack, grant, users[0])
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    known = slack.private_chats.get((user.team if grant.team.startswith("E") else grant.team, user.id))
    channel = slack.private_chat(user.id, grant)
    answer: Json = {"channel": channel.as_json(grant.user) if body.get("return_im") else {"id": channel.id}}
    return {**answer, "no_op": True, "already_open": True} if known else answer


@method("conversations.info", needs=("channel",), scope="read")
def _info(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    return {"channel": _channel(slack, grant, str(body["channel"]), read=True).as_json(grant.user)}


@method("conversations.members", needs=("channel",), scope="read")
def _members(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    return _page(list(_channel(slack, grant, str(body["channel"]), read=True).members), body, "members")


@method("conversations.history", needs=("channel",))
def _history(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    channel = _channel(slack, grant, str(body["channel"]))
    _must_have(grant, f"{channel.kind}:history")
    if not channel.im and grant.user not in channel.members:
        raise SlackError("not_in_channel")
    with_metadata = str(body.get("include_all_metadata")).lower() in ("1", "true")
    found = [each.as_json() for each in reversed(slack.messages(channel.id))
             if not each.thread_ts and float(each.ts) > float(body.get("oldest") or 0)]  # fmt: skip
    for each in found if not with_metadata else ():
        each.pop("metadata", None)
    page = _page(found, body, "messages")
    return {**page, "has_more": bool(page["response_metadata"]["next_cursor"]), "pin_count": 0}


@method("conversations.list")
def _list(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    kinds = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
    wanted = [kinds[each] for each in str(body.get("types") or "public_channel").split(",")]
    for kind in wanted:
        _must_have(grant, f"{kind}:read")
    team = str(body.get("team_id") or "") if grant.team.startswith("E") else grant.team
    if not team:
        raise SlackError("missing_argument", "an organisation's token needs team_id")
    found = [each for each in slack.channels.values() if each.kind in wanted and team in (each.team, *each.connected)
             and (each.kind == "channels" or grant.user in each.members)
             and not (each.archived and str(body.get("exclude_archived")).lower() in ("1", "true"))]  # fmt: skip
    return _page([each.as_json(grant.user) for each in found], body, "channels")


@method("users.conversations")
def _of_user(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    listed: Json = _list(slack, grant, {**body, "cursor": "", "limit": 1000})
    user = str(body.get("user") or grant.user)
    return _page([each for each in listed["channels"] if user in slack.channels[each["id"]].members], body, "channels")


@method("conversations.join", scope="channels:join", needs=("channel",))
def _join(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    channel = _channel(slack, grant, str(body["channel"]))
    if channel.private:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    if grant.user not in channel.members:
        channel.members.append(grant.user)
    return {"channel": channel.as_json(grant.user)}


@method("conversations.leave", needs=("channel",))
def _leave(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    channel = _channel(slack, grant, str(body["channel"]))
    _must_have(grant, "groups:write" if channel.private else "channels:manage")
    if grant.user not in channel.members:
        return {"not_in_channel": True}
    channel.members.remove(grant.user)
    return {}


# -- people and workspaces


@method("users.info", scope="users:read", needs=("user",))
def _user_info(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    with_locale = str(body.get("include_locale")).lower() in ("1", "true")
    return {"user": slack.told_of(_user(slack, grant, str(body["user"])), grant, with_locale, "users:read.email" in grant.scopes)}


@method("users.lookupByEmail", scope="users:read.email", needs=("email",))
def _by_email(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    wanted = str(body["email"]).casefold()
    for user in slack.users.values():
        if user.email.casefold() == wanted and slack.reaches(grant, (user.team,)) and not user.deleted:
            return {"user": slack.told_of(user, grant, False, True)}
    raise SlackError("users_not_found")


@method("users.list", scope="users:read")
def _users(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    with_locale = str(body.get("include_locale")).lower() in ("1", "true")
    with_email = "users:read.email" in grant.scopes
    own = [each.as_json(grant.team, with_locale, with_email) for each in slack.users.values() if each.team == grant.team]
    return _page(own, body, "members")


@method("team.info", scope="team:read")
def _team_info(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    team = slack.teams[str(body.get("team") or grant.team)]
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "",
                     **({"enterprise_id": team.enterprise} if team.enterprise else {})}}  # fmt: skip


@method("bots.info", scope="users:read")
def _bot_info(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    return {"bot": {"id": grant.bot_id, "app_id": slack.app_id, "user_id": grant.user, "name": "nvg", "deleted": False, "icons": {}}}


@method("auth.test")
def _auth_test(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    team = slack.teams[grant.team]
    answer = {"url": f"https://{team.domain}.slack.com/", "team": team.name, "user": slack.bot_name, "team_id": team.id,
              "user_id": grant.user, "bot_id": grant.bot_id, "is_enterprise_install": team.id.startswith("E")}  # fmt: skip
    return {**answer, "enterprise_id": team.enterprise} if team.enterprise else answer


@method("auth.teams.list")
def _teams(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    reached = [team for team in slack.teams.values() if not team.id.startswith("E") and slack.reaches(grant, (team.id,))]
    return _page([{"id": team.id, "name": team.name} for team in reached], body, "teams")


@method("auth.revoke")
def _auth_revoke(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    if str(body.get("test")).lower() in ("1", "true"):
        return {"revoked": False}
    grant.state = "token_revoked"
    return {"revoked": True}


# -- views


def _exchange(slack: FakeSlack, trigger: str) -> str:
    """A trigger id for the user who caused it: lives three seconds and serves once."""
    user, born, used = slack.triggers.get(trigger, ("", 0.0, False))
    if not user:
        raise SlackError("invalid_trigger_id")
    if used:
        raise SlackError("exchanged_trigger_id")
    if time.monotonic() - born > slack.trigger_lives:
        raise SlackError("expired_trigger_id")
    slack.triggers[trigger] = (user, born, True)
    return user


def _checked(view: Any, kind: str) -> Json:
    wrong = checks.wrong_view(view)
    if not wrong and view["type"] != kind:
        wrong = [f"must be a {kind} [json-pointer:/view/type]"]
    if wrong:
        raise SlackError("invalid_arguments", *wrong)
    if len(str(view)) > checks.VIEW_SIZE:
        raise SlackError("view_too_large")
    return {**view, "blocks": with_ids(view["blocks"])}


@method("views.open", needs=("trigger_id", "view"))
def _views_open(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    given = _checked(body["view"], "modal")
    user = _exchange(slack, str(body["trigger_id"]))
    view = slack.new_view(user, grant, given)
    slack.modals[user] = [view]
    slack.tell("opened", view)
    return {"view": view.as_json()}


@method("views.push", needs=("trigger_id", "view"))
def _views_push(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    given = _checked(body["view"], "modal")
    user = _exchange(slack, str(body["trigger_id"]))
    stack = slack.modals.get(user, [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= 3:
        raise SlackError("push_limit_reached")
    stack.append(replace(slack.new_view(user, grant, given), root=stack[0].id, previous=stack[-1].id))
    slack.tell("opened", stack[-1])
    return {"view": stack[-1].as_json()}


@method("views.update", needs=("view",))
def _views_update(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    given = _checked(body["view"], "modal")
    view = slack.view(str(body.get("view_id") or ""), str(body.get("external_id") or ""))
    if view is None:
        raise SlackError("not_found")
    _replace(slack, view, given, str(body.get("hash") or ""))
    return {"view": view.as_json()}


@method("views.publish", needs=("user_id", "view"))
def _views_publish(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    given = _checked(body["view"], "home")
    user = _user(slack, grant, str(body["user_id"]))
    home = slack.homes.get(user.id)
    if home is None:
        home = slack.homes[user.id] = slack.new_view(user.id, grant, given)
    else:
        _replace(slack, home, given, str(body.get("hash") or ""))
    return {"view": home.as_json()}


def _replace(slack: FakeSlack, view: View, given: Json, hash: str = "") -> None:
    if hash and hash != view.hash:
        raise SlackError("hash_conflict")
    update(slack, view, given)


def update(slack: FakeSlack, view: View, given: Json) -> None:
    """The view is drawn anew. What the user has filled in stays where both block_id and action_id are the same."""
    view.given, view.hash, view.errors = given, slack.view_hash(), {}
    slack.tell("updated", view)


# -- Socket Mode and installing


@method("apps.connections.open", scope="connections:write", token="app")
def _connections_open(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    return {"url": slack.socket.ticket()}


@method("oauth.v2.access", token="none")
def _oauth_access(slack: FakeSlack, grant: Grant, body: Json) -> Json:
    if body.get("client_id") != slack.client_id:
        raise SlackError("invalid_client_id")
    if body.get("client_secret") != slack.client_secret:
        raise SlackError("bad_client_secret")
    code = str(body.get("code") or "")
    team, user, scopes, redirect, born = slack.codes.pop(code, ("", "", "", "", 0.0))
    if not team or time.monotonic() - born > CODE_LIVES:
        raise SlackError("code_already_used" if code in slack.used_codes else "invalid_code")
    slack.used_codes.add(code)
    if redirect and body.get("redirect_uri") != redirect:
        raise SlackError("bad_redirect_uri")
    granted = slack.grant(team, scopes.split(","))
    where, whole = slack.teams[team], team.startswith("E")
    return {
        "app_id": slack.app_id, "authed_user": {"id": user}, "scope": scopes, "token_type": "bot",
        "access_token": granted.token, "bot_user_id": granted.user, "team": None if whole else {"id": team, "name": where.name},
        "enterprise": {"id": where.enterprise, "name": where.enterprise} if where.enterprise else None,
        "is_enterprise_install": whole,
    }  # fmt: skip


def authorize(slack: FakeSlack, query: Json) -> str:
    """The install page, when the person there says yes: the address that Slack sends the browser to."""
    if query.get("client_id") != slack.client_id:
        raise SlackError("invalid_client_id")
    code = secrets.token_hex(8)
    redirect = str(query.get("redirect_uri") or "") or slack.redirect_url
    slack.codes[code] = (slack.installs_to, slack.installs_by, str(query.get("scope", "")), str(query.get("redirect_uri") or ""), time.monotonic())
    return f"{redirect}?{urlencode({'code': code, 'state': query.get('state', '')})}"
