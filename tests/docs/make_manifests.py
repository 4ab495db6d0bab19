"""Writes the Slack app's manifests into config/: `python -m tests.docs.make_manifests`.

Four, that differ in two things: how Slack reaches the bot (Socket Mode, or HTTP at an address to fill in), and whether the
bot is sent what is written in its channels ("listening", which each workspace chooses for itself).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from handlers.slack.scopes import EVENTS, LISTENING_EVENTS, LISTENING_SCOPES, SCOPES

CONFIG = Path(__file__).parents[2] / "config"
ADDRESS = "https://nvg.example.se"

NAME = "nvg"
SHORT = "Bär veckan i en NäraVårdGrupp: möten, beslut, vem som gör vad till när, och påminnelser."
LONG = (
    "nvg hjälper en NäraVårdGrupp att hålla i sin vecka. Boten kallar till mötet, skriver upp beslut och vem som gör vad till när, "
    "påminner var och en högst en gång om dagen, och kommer tillbaka med svaret när något har behövt hissas. Patienten har bara ett kodnamn. "
    "Boten läser det som skrivs till den: kommandot /nvg, omnämnanden och den privata chatten."
)
LISTENS = " Här läser den dessutom det som skrivs i de privata kanaler den är inbjuden till, för att rader som börjar med beslut: ska räknas."
COMMAND = {"command": "/nvg", "description": "Åtgärder, beslut, möten och hinder i din grupp", "usage_hint": "åtgärd @bo ringa hemtjänsten på fredag"}
SHORTCUTS = (
    ("Gör till åtgärd", "message", "make_action", "Någon gör det som står i meddelandet, till en viss dag"),
    ("Gör till beslut", "message", "make_decision", "Skriver in meddelandet som ett beslut"),
    ("Hissa", "message", "make_lift", "Tar det som står i meddelandet till kommittén"),
    ("Ny åtgärd", "global", "new_action", "Vem gör vad till när"),
)


def manifest(http: bool, listening: bool) -> dict[str, Any]:
    """The manifest as Slack's reference has it: https://docs.slack.dev/reference/app-manifest."""
    address = {"request_url": f"{ADDRESS}/slack/events"} if http else {}
    return {
        "_metadata": {"major_version": 1},
        "display_information": {"name": NAME, "description": SHORT, "long_description": LONG + LISTENS * listening, "background_color": "#1d4e5f"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {"name": name, "type": kind, "callback_id": callback, "description": what} for name, kind, callback, what in SHORTCUTS
            ],
            "slash_commands": [COMMAND | ({"url": address["request_url"]} if http else {}) | {"should_escape": True}],
        },
        "oauth_config": {
            **({"redirect_urls": [f"{ADDRESS}/slack/oauth_redirect"]} if http else {}),
            "scopes": {"bot": sorted(SCOPES + LISTENING_SCOPES * listening)},
        },
        "settings": {
            "event_subscriptions": {**address, "bot_events": sorted(EVENTS + LISTENING_EVENTS * listening)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not http,
            "token_rotation_enabled": False,
        },
    }


def text(http: bool, listening: bool) -> str:
    """The file's text."""
    head = "# Printed by python -m tests.docs.make_manifests. What each scope is for: docs/slack.md.\n"
    fill_in = f"# Put your own address in place of {ADDRESS}, in all four places.\n" if http else ""
    return head + fill_in + yaml.safe_dump(manifest(http, listening), allow_unicode=True, sort_keys=False, width=1000)


FILES = {
    CONFIG / f"slack-manifest{'-http' * http}{'-listening' * listening}.yaml": text(http, listening)
    for http in (False, True)
    for listening in (False, True)
}

if __name__ == "__main__":
    for file, written in FILES.items():
        file.write_text(written, encoding="utf-8")
