"""The example groups: two weeks of their life, played through the real bot before the page opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from handlers.clock import SimulatedClock
from handlers.engine import Engine
from handlers.rehearsal_file import read_rehearsal
from handlers.rehearse import Player
from handlers.simulator.stage import Stage
from storage.store import Store
from templates.words import Words

FILE = Path(__file__).with_name("examples.yaml")
TITLES = Path(__file__).with_name("titles.yaml")
FIRST = "anna"  # who one is to begin with: she is in two groups, and a contact person


def titles() -> Mapping[str, str]:
    """What the example people do for a living, by person id."""
    return dict(yaml.safe_load(TITLES.read_text(encoding="utf-8")))


def furnish(store: Store, words: Words, listen: Callable[[Stage], None]) -> Stage:
    """A stage with the groups of the store; in an empty store the examples are played first.

    `listen` gets the stage before anything happens on it.
    """
    store.migrate()
    with store.read() as read:
        empty = not read.groups()
    if empty:
        player = Player(read_rehearsal(FILE), lambda: store, words)
        listen(player.stage)
        player.play()
        return player.stage
    return reopen(store, words, listen)


def reopen(store: Store, words: Words, listen: Callable[[Stage], None]) -> Stage:
    """A stage for what is in the store already; its clock stands where something next falls due."""
    stage = Stage(SimulatedClock(store.next_due() or read_rehearsal(FILE).now))
    listen(stage)
    with store.read() as read:
        people, groups = read.people(), read.groups()
    for person in people:
        platform = person.identities[0].partition(":")[0] if person.identities else "slack"
        mail = next((each.partition(":")[2] for each in person.identities if each.startswith("mail:")), "")
        stage.add_person(person.id, person.name, platform, mail)
    for group in groups:
        for address in group.channels:
            stage.add_channel(address)
    stage.join(Engine(store, words, stage.speakers, stage.clock))
    return stage
