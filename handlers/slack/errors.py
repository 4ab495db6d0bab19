"""Slack's ways of saying no, as the postman knows them: try again, give up, or the whole workspace is shut."""

from __future__ import annotations

from datetime import timedelta

from handlers.speaker import GiveUp, LockedOut, TryAgain

SHUT = timedelta(minutes=15)  # until a workspace that let us in no longer is asked again
RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
TOKEN = frozenset({"token_revoked", "token_expired", "invalid_auth", "not_authed", "no_token"})  # of no use anywhere
WRONG_APP = frozenset({"missing_scope", "not_allowed_token_type", "no_permission"})  # of no use for this method
LATER = frozenset({
    "internal_error", "fatal_error", "service_unavailable", "request_timeout", "message_limit_exceeded", "org_login_required",
    "team_added_to_org", "team_access_not_granted", "accesslimited", "update_failed", "ekm_access_denied", "access_denied",
})  # fmt: skip
WHY = {
    "channel_not_found": "no_such_channel", "not_in_channel": "not_in_channel", "is_archived": "archived",
    "is_inactive": "left", "account_inactive": "left", "user_disabled": "left", "user_not_found": "left",
    "users_not_found": "left", "user_not_visible": "left", "user_is_bot": "left", "cannot_dm_bot": "left",
    "messages_tab_disabled": "left", "restricted_action": "may_not_post", "restricted_action_read_only_channel": "may_not_post",
    "restricted_action_thread_only_channel": "may_not_post", "restricted_action_non_threadable_channel": "may_not_post",
    "posting_to_general_channel_denied": "may_not_post", "not_allowed": "may_not_post",
}  # fmt: skip


def failure(code: str, team: str, retry_after: float | None = None) -> TryAgain | GiveUp:
    """What to raise for Slack's error code. One that nobody has heard of is given up, so that somebody is told."""
    if code in RATE_LIMITED:
        return TryAgain("ratelimited", timedelta(seconds=retry_after or 1), limited=True)
    if code in TOKEN or code in WRONG_APP:
        return LockedOut(team, code if code in TOKEN else "missing_scope", SHUT)
    if code in LATER or retry_after is not None:
        return TryAgain(code, timedelta(seconds=retry_after) if retry_after else None)
    return GiveUp(WHY.get(code, code))
