"""The outage pack: each night a sheet for each group, in a folder of the county's choice. `nvg outage-pack` writes it at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.disclosure import disclosed
from bot.outage import page
from bot.rules.work_calendar import local
from handlers import logs
from storage.store import Store
from templates.card import Card
from templates.pdf import pdf
from templates.words import Words

LISTED = ".nvg-outage.json"  # the files that are ours, so that no other is ever removed
ALL = "alla-grupper.pdf"


class OutagePack:
    """`folder` is made if there is none. With a password the files open with that alone."""

    def __init__(self, store: Store, words: Words, folder: Path, password: str = "") -> None:
        self._store, self._words, self._folder, self._password = store, words, folder, password

    def write(self, now: datetime) -> int:
        """Each group's sheet, and all of them in one file; the sheets of groups that are no more are removed.

        Answers with how many groups there are. A file is whole, or as it was: never half. OSError where the folder cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        foot = self._foot(now)
        sheets: dict[str, Card] = {}
        languages: list[str] = []
        for code, card, language in self._cards(now):
            name = _free(f"{file_name(code)}.pdf", sheets)
            sheets[name] = card
            languages.append(language)
            put(self._folder, name, pdf([card], code, foot, self._password, language))
        if sheets:
            put(self._folder, ALL, pdf(list(sheets.values()), "NäraVårdGrupper", foot, self._password, max(languages, key=languages.count)))
        written = {*sheets, *([ALL] if sheets else [])}
        for name in self._listed() - written:
            (self._folder / name).unlink(missing_ok=True)
        put(self._folder, LISTED, json.dumps(sorted(written)).encode())
        logs.event("outage_pack", groups=len(sheets))
        return len(sheets)

    def _cards(self, now: datetime) -> Iterator[tuple[str, Card, str]]:
        with self._store.read() as read:
            groups = sorted(read.groups(), key=lambda each: each.code)
        for group in groups:
            with self._store.read() as read:
                snapshot = replace(read.snapshot_for([group.id], [], now), county=self._words.county)
            view = snapshot.views.get(group.id)
            message = page(view, snapshot, now) if view and group.kind == "care" else None
            if message:
                self._store.note_seen("$", "paper", disclosed(message, snapshot.people, group.id), now)
                yield group.code, self._words.render(message, group.language, snapshot.people, now), group.language

    def _foot(self, now: datetime) -> str:
        here = local(now)
        return f"{here:%Y-%m-%d %H:%M}"

    def _listed(self) -> set[str]:
        """The files of the last time. Names alone: a list that somebody has meddled with reaches no other folder."""
        try:
            names = json.loads((self._folder / LISTED).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return set()
        return {name for name in names if isinstance(name, str) and name == Path(name).name and name.endswith(".pdf")}


def put(folder: Path, name: str, content: bytes) -> None:
    """All of the file or nothing; only its owner and group may read it."""
    path = folder / name
    half = path.with_name(f".{name}.half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def file_name(code: str) -> str:
    """The code name as a file is called everywhere: letters, digits and hyphens."""
    return "".join(char if char.isalnum() else "-" for char in code.casefold()).strip("-") or "grupp"


def _free(name: str, taken: dict[str, Card]) -> str:
    stem = name.removesuffix(".pdf")
    tries = (name, *(f"{stem}-{n}.pdf" for n in range(2, len(taken) + 3)))
    return next(each for each in tries if each not in taken and each != ALL)
