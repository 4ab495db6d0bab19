"""Teams' refusals as the postman understands them: what passes, what a tenant must see to, and what will never be.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages
"""

from __future__ import annotations

import re
from datetime import timedelta

from handlers.speaker import GiveUp, LockedOut, TryAgain

SHUT = timedelta(minutes=15)  # until a tenant that lets us in no longer is asked again
AT_ONCE = timedelta(seconds=1)
LOCKED = {"BotNotRegistered": "token_revoked", "BotDisabledByAdmin": "disabled", "InvalidBotApiHost": "token_revoked"}  # of a whole tenant
LATER = frozenset({"PreconditionFailed", "ServiceError", "Throttled", "UpstreamServiceUnavailable"})
CHANNEL = {
    "ConversationNotFound": "no_such_channel", "BotNotInConversationRoster": "not_in_channel", "ThreadNotPresent": "archived",
    "MessageWritesBlocked": "may_not_post", "ConversationBlockedByUser": "may_not_post", "NotEnoughPermissions": "may_not_post",
    "ForbiddenOperationException": "may_not_post", "MessageSizeTooBig": "too_large", "ActivityNotFoundInConversation": "no_such_message",
}  # fmt: skip
PERSON = {"MessageSizeTooBig", "ActivityNotFoundInConversation"}  # told of a private chat too; all else there is that they cannot be reached
_CODE = re.compile(r'\\?"(?:subCode|code|errorCode)\\?"\s*:\s*\\?"(\w+)\\?"')


def code_of(body: bytes) -> str:
    """The most telling code in an answer: some are text within the text. "" where there is none."""
    found = _CODE.findall(body[:10_000].decode(errors="replace"))
    return next((each for each in found if each in CHANNEL or each in LOCKED or each in LATER), found[0] if found else "")


def failure(status: int, code: str, tenant: str, private: bool, retry_after: float | None = None) -> TryAgain | GiveUp:
    """What to raise. One that nobody has heard of is given up, so that somebody is told."""
    if status == 401 or code in LOCKED:
        return LockedOut(tenant, LOCKED.get(code, "token_revoked"), SHUT)
    if status == 412:  # two of us at once in the same conversation
        return TryAgain("PreconditionFailed", AT_ONCE)
    if status == 429 or status >= 500 or status == 408 or code in LATER:
        after = retry_after if retry_after is not None else 1.0 if status == 429 else None
        return TryAgain(code or f"http_{status}", None if after is None else timedelta(seconds=after), limited=status == 429)
    if private and code in CHANNEL and code not in PERSON:
        return GiveUp("left")
    if status == 413:
        return GiveUp("too_large")
    return GiveUp(CHANNEL.get(code) or code or f"http_{status}")
