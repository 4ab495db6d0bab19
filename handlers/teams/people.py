"""What Teams tells of a user, as a `Profile`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.people import Profile

GUEST = "#ext#"  # in the user principal name of somebody whose own tenant is another


def profile_of(member: Mapping[str, Any], tenant: str, own: str, locale: str = "") -> Profile | None:
    """A member of a conversation in `tenant`. `own`: the tenant that the bot is registered in. None without an account in Entra.

    An e-mail address is trusted where the bot's own tenant tells it; of another tenant only where its domain is that of the user
    principal name, which Entra lets nobody use but who owns it.
    """
    user = object_id(member)
    if not user:
        return None
    home = str(member.get("tenantId") or tenant)
    principal = str(member.get("userPrincipalName") or "").strip().casefold()
    if GUEST in principal:
        principal = ""
    address = str(member.get("email") or principal).strip().casefold()
    trusted = "@" in address and (home == own or address.rpartition("@")[2] == principal.rpartition("@")[2])
    return Profile(
        f"teams:{home}/{user}", str(member.get("name") or user).strip(), address if trusted else "", language_of(locale),
        bot=str(member.get("id") or "").startswith("28:"),
    )  # fmt: skip


def object_id(account: Mapping[str, Any]) -> str:
    """The user's object id in Entra; "" for bots and for who has joined a meeting without an account."""
    return str(account.get("aadObjectId") or account.get("objectId") or "")


def language_of(locale: str) -> str:
    """The language of "sv-SE"; "" where nothing is said."""
    return ("sv" if locale.casefold().startswith("sv") else "en") if locale else ""
