"""Graph's refusals as the postman understands them: what passes, what an administrator must see to, and what will never be.

https://learn.microsoft.com/graph/errors
"""

from __future__ import annotations

import json
from datetime import timedelta

from handlers.speaker import GiveUp, LockedOut, TryAgain

SHUT = timedelta(minutes=15)  # until a tenant or a mailbox that lets us in no longer is asked again
NO_MAILBOX = frozenset({
    "ErrorInvalidUser", "MailboxNotEnabledForRESTAPI", "MailboxNotSupportedForRESTAPI", "ResourceNotFound", "Request_ResourceNotFound",
    "ErrorNonExistentMailbox", "ErrorMailboxNotHosted",
})  # fmt: skip
LATER = frozenset({408, 412, 423, 425, 429})


class Refused(GiveUp):
    """Graph said no to just this. `why`: its code; `status`: of the answer, as 404, 409, 410."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code or f"http_{status}")
        self.status = status


def code_of(body: bytes) -> str:
    """The code in an answer; "" where there is none."""
    try:
        return str(json.loads(body)["error"]["code"] or "")
    except (ValueError, LookupError, TypeError):
        return ""


def failure(status: int, code: str, tenant: str, mailbox: str, retry_after: float | None = None) -> TryAgain | GiveUp:
    """What to raise. `mailbox`: whose; "" where it is nobody's."""
    if status == 401:
        return LockedOut(tenant, "login", SHUT)
    if status == 403:
        return LockedOut(mailbox or tenant, "no_mailbox_access" if mailbox else "missing_permission", SHUT)
    if mailbox and code in NO_MAILBOX:
        return LockedOut(mailbox, "no_such_mailbox", SHUT)
    if status in LATER or status >= 500:
        return TryAgain(code or f"http_{status}", None if retry_after is None else timedelta(seconds=retry_after), limited=status == 429)
    return Refused(status, code)
