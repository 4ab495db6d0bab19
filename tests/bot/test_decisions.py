"""Decisions, their log, and searching in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rehearsals.plays import play

STEPS = {
    "who answers for it": """
        - anna @ nvg-tall: "/nvg beslut: hemtjänsten kommer två gånger om dagen, ansvarig @bo"
        - expect: {in: nvg-tall, kind: channel, message: decision_card, has: ["B1", "hemtjänsten kommer två gånger om dagen", "Bo Ek"]}
        - expect: {to: anna, kind: reply, has: ["B1", "Bo Ek"], lacks: ["ingen ansvarig"], buttons: [Ångra, Ändra]}
        - anna @ nvg-tall: "/nvg beslut: ny säng senast fredag"
        - expect: {to: anna, kind: reply, has: ["B2", "Anna Berg", "senast fredag 27 november", "Du skrev ingen ansvarig"]}
        - anna @ nvg-tall: "/nvg beslut:"
        - expect nothing: {in: nvg-tall}
    """,
    "changed, removed, and back": """
        - anna @ nvg-tall: "/nvg beslut: ny säng"
        - bo @ nvg-tall: "/nvg ändra B1: ny säng med grind"
        - expect: {in: nvg-tall, kind: channel, has: ["Bo Ek har ändrat beslut B1", "ny säng med grind", "Förut: ny säng"]}
        - expect: {in: nvg-tall, kind: update, message: decision_card, has: ["ny säng med grind", "Rättat"]}
        - undo by: bo
        - expect: {in: nvg-tall, kind: update, message: decision_card, lacks: ["grind"]}
        - anna @ nvg-tall: "/nvg ta bort b1"
        - expect: {in: nvg-tall, kind: update, message: decision_card, has: ["gäller inte längre"]}
        - anna @ nvg-tall: "/nvg ändra B1: något annat"
        - expect: {to: anna, kind: reply, message: no_such_decision, has: ["Beslut B1 är borttaget", "ny säng"]}
        - undo by: anna
        - expect: {in: nvg-tall, kind: update, message: decision_card, has: ["ny säng"], lacks: ["gäller inte"]}
        - anna taps: {button: Ändra, holding: "ny säng", fill: {ansvarig: bo}}
        - expect: {in: nvg-tall, kind: update, message: decision_card, has: ["Ansvarig: Bo Ek"]}
        - anna @ nvg-tall: "/nvg ta bort B7"
        - expect: {to: anna, kind: reply, message: no_such_decision, has: ["B7", "ny säng"]}
    """,
    "two forms at once": """
        - anna @ nvg-tall: "/nvg starta mötet"
        - together:
            - anna taps: {button: "+ Beslut", fill: {text: "ny säng"}}
            - bo taps: {button: "+ Beslut", fill: {text: "rullator"}}
        - expect: {in: nvg-tall, kind: update, message: live_meeting, has: ["B1", "B2", "ny säng", "rullator"]}
    """,
    "changed in a live meeting: its card shows it, and it is not posted besides": """
        - anna @ nvg-tall: "/nvg starta mötet"
        - anna @ nvg-tall: "/nvg beslut: ny säng"
        - anna @ nvg-tall: "/nvg ändra B1: ny säng med grind"
        - expect: {in: nvg-tall, kind: update, message: live_meeting, has: ["ny säng med grind"]}
        - expect nothing: {in: nvg-tall, kind: channel}
    """,
    "the log and the search reach far back, and only the group's own": """
        - anna @ nvg-tall: "/nvg beslut: smärtskattning varje dag"
        - anna @ nvg-tall: "/nvg lärdom: smärtan är värst på morgonen"
        - anna @ nvg-tall: "/nvg åtgärd mäta blodtryck i dag"
        - anna @ nvg-tall: "/nvg klar 1"
        - wait: 20 weeks
        - anna @ nvg-tall: "/nvg beslut: promenad varje dag"
        - anna @ bot: "beslutslogg"
        - expect: {to: anna, kind: reply, message: decision_log, has: ["B2", "B1", "smärtskattning", "promenad"]}
        - anna @ bot: "sök smärt"
        - expect: {to: anna, kind: reply, message: found, has: ["smärtskattning", "värst på morgonen"], lacks: ["promenad", "blodtryck"]}
        - anna @ bot: "sök blodtryck"
        - expect: {to: anna, kind: reply, message: found, has: ["#1", "mäta blodtryck"]}
        - anna @ bot: "sök elefant"
        - expect: {to: anna, kind: reply, message: found, has: ["Inget i tall"]}
        - anna @ nvg-tall: "/nvg ändra B1: smärtskattning två gånger om dagen"
        - expect: {in: nvg-tall, kind: channel, has: ["två gånger om dagen"]}
        - kia @ bot: "beslutslogg"
        - expect: {to: kia, kind: reply, lacks: ["smärtskattning"]}
    """,
}


@pytest.mark.parametrize("name", STEPS)
def test_conversation(tmp_path: Path, name: str) -> None:
    played = play(tmp_path, STEPS[name])
    assert played.code == 0, played.err
