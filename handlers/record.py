"""The minutes as each employer files them in its public record, as PDF/A: `nvg record FOLDER`, and the pages behind the links in the chat."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.county import County
from bot.disclosure import shown_in
from bot.messages.record import Record
from bot.model import Group, GroupView, Meeting, Person, Snapshot
from bot.outcome import Fact, Need
from bot.record import employers, meetings_held, read_link, record, view_of
from bot.rules.record import kind_of
from bot.rules.who_may import may
from handlers.access_log import account
from handlers.clock import Clock
from handlers.links import Links
from handlers.outage import file_name, put
from storage.store import Read, Store
from templates.html import POLICY, page
from templates.record import record_pdf
from templates.words import Words, read_labels

HEADERS = {
    "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
}  # fmt: skip


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("record", help="skriver minnesanteckningarna till diariet")
    parser.add_argument("folder", type=Path, metavar="MAPP", help="dit filerna skrivs; den görs om den inte finns")
    parser.add_argument("--group", metavar="KOD", default="", help="bara den gruppens möten")
    parser.add_argument("--organisation", metavar="NAMN", default="", help="bara den huvudmannens handlingar")
    parser.add_argument("--from", dest="first", type=_day, metavar="DATUM", help="möten från och med den dagen, 2026-11-24")
    parser.add_argument("--until", dest="last", type=_day, metavar="DATUM", help="möten till och med den dagen")
    parser.add_argument("--full", action="store_true", help="den fullständiga versionen, med sekretessmarkering, i stället för den offentliga")
    parser.add_argument("--diary", metavar="NR", default="", help="diarienumret; annars en rad att fylla i")
    parser.add_argument("--by", metavar="NAMN", default="", help="vem som upprättar handlingen; annars en rad att fylla i")


def main(args: argparse.Namespace, store: Store, county: County, clock: Clock, language: str = "sv") -> int:
    """0: written. 1: there was nothing to write. 2: no such group or organisation."""
    now, known, wanted = clock.now(), set[str](), args.organisation.casefold().strip()
    written: dict[str, tuple[Record, Meeting]] = {}
    args.folder.mkdir(parents=True, exist_ok=True)
    with store.read() as read:
        groups = [group for group in read.groups() if group.state not in ("undone", "forgotten") and args.group.casefold() in ("", group.code.casefold())]
    if args.group and not groups:
        print(f"Det finns ingen grupp som heter {args.group}.", file=sys.stderr)
        return 2
    for group in sorted(groups, key=lambda each: each.code):
        it = whole(store, group)
        own = employers(it.view, it.people)
        known.update(each.casefold() for each in own)
        for made, meeting in asked_for(args, it, [each for each in own if wanted in ("", each.casefold())], county, now):
            name = name_of(made, meeting, written)
            store.note_seen(account(), "export", shown_in("record", made, it.people, group.id), now)
            put(args.folder, name, record_pdf(made, language))
            written[name] = (made, meeting)
    if wanted and wanted not in known:
        print(f"Ingen i {'den gruppen' if args.group else 'någon grupp'} är anställd av {args.organisation}.", file=sys.stderr)
        return 2
    note(store, [made_fact(meeting, made) for made, meeting in written.values()], now)
    for unclear in sorted({made.employer for made, _ in written.values() if kind_of(made.employer, county.employers) == "other"} - set(county.employers)):
        print(f"Det går inte att se på namnet {unclear} vilket kapitel i OSL som gäller: skriv det under [employers] i länsfilen.", file=sys.stderr)
    print(f"{len(written)} {'handling' if len(written) == 1 else 'handlingar'} ligger i {args.folder}." if written else "Det fanns inga möten att skriva ut.")
    return 0 if written else 1


def asked_for(args: argparse.Namespace, it: Whole, own: list[str], county: County, now: datetime) -> Iterator[tuple[Record, Meeting]]:
    """The documents of one group's meetings in the days that were said, one for each of the employers `own` that has a part in it."""
    first, last = args.first or date.min, args.last or date.max
    for meeting in (each for each in meetings_held(it.view) if first <= each.starts.date() <= last):
        for employer in own:
            made = record(it.view, it.people, meeting, employer, now, public=not args.full, kinds=county.employers, diary=args.diary, made_by=args.by)
            if made:
                yield made, meeting


@dataclass(frozen=True, slots=True)
class Whole:
    """A group with all that is kept of it, and everybody named in that."""

    view: GroupView
    people: Mapping[str, Person]


def whole(store: Store, group: Group) -> Whole:
    with store.read() as read:
        return whole_of(read, group)


def whole_of(read: Read, group: Group) -> Whole:
    view = view_of(group, (thing for things in read.everything_of(group.id).values() for thing in things))
    return Whole(view, {person: known for person in named_in(view) if (known := read.person(person))})


def named_in(view: GroupView) -> Iterator[str]:
    """Ids of people; some may come more than once."""
    yield from (m.person for m in view.members)
    for meeting in view.meetings:
        yield from (*meeting.attendants, *meeting.invited, meeting.led_by)
    for decision in view.decisions:
        yield from (*decision.responsible, decision.by)
    for action in view.actions:
        yield from (*action.owners, action.by)
    yield from (lesson.by for lesson in view.lessons)
    yield from (point.by for point in view.points)


def name_of(made: Record, meeting: Meeting, taken: Collection[str] = ()) -> str:
    """2026-11-24-tall-arvika-kommun.pdf; what is secret says so. A name that is `taken` gets a number."""
    group, _, day = meeting.id.partition(":")
    stem = "-".join(file_name(part) for part in (day, group, made.employer, *(() if made.public else ("sekretess",))))
    return next(name for n in range(1, len(taken) + 2) if (name := f"{stem}{f'-{n}' if n > 1 else ''}.pdf") not in taken)


def made_fact(meeting: Meeting, made: Record, person: str = "", link: str = "") -> Fact:
    """Who fetched which document is noted, as ids."""
    return Fact("record_made", meeting.group, meeting.id, person, {"variant": "public" if made.public else "full", **({"link": link} if link else {})})


def note(store: Store, facts: list[Fact], now: datetime) -> None:
    if facts:
        with store.turn() as work:
            work.save([], now, facts)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"inget datum: {text} (skriv 2026-11-24)") from None


# -- the page behind a link


@dataclass(frozen=True, slots=True)
class Fetched:
    name: str
    content: bytes


class Documents:
    """What each link gives, once: to who asked for it, while they may have it and still work there."""

    def __init__(self, store: Store, words: Words, clock: Clock) -> None:
        self.store, self.words, self.clock = store, words, clock

    def language(self, name: str) -> str:
        """That of the person whose link it is; "" where it leads to nothing."""
        with self.store.read() as read:
            found = self._found(read, name)
        return found[0].language if found else ""

    def fetch(self, name: str) -> Fetched | None:
        """The document; that it was fetched is noted in the same commit, so that it is never given twice."""
        mark = hashlib.sha256(name.encode()).hexdigest()[:16]
        now = self.clock.now()
        with self.store.turn() as work:
            found = self._found(work, name)
            if found is None:
                return None
            person, group, meeting, variant = found
            if any(fact.fact.detail.get("link") == mark for fact in work.facts(subject=meeting.id, person=person.id)):
                return None
            it = whole_of(work, group)
            made = record(
                it.view, it.people, meeting, person.organisation.strip(), now, public=variant == "public", kinds=self.words.county.employers, made_by=person.name
            )
            if made is None:
                return None
            work.save([], now, [made_fact(meeting, made, person.id, mark)])
        self.store.note_seen(person.id, "document", shown_in("record", made, it.people, group.id), now)
        return Fetched(name_of(made, meeting), record_pdf(made, group.language))

    def _found(self, read: Read, name: str) -> tuple[Person, Group, Meeting, str] | None:
        if (holds := read_link(name, self.clock.now())) is None:
            return None
        id, meeting_id, variant = holds
        group_id = meeting_id.partition(":")[0]
        view = read.snapshot_for([group_id], [], self.clock.now()).views.get(group_id)
        person, meeting = read.person(id), read.add(Snapshot(), Need((f"id {meeting_id}",))).found[f"id {meeting_id}"]
        if person is None or view is None or not may("record", person, view) or view.group.state == "forgotten":
            return None
        return (person, view.group, meeting, variant) if isinstance(meeting, Meeting) and meeting.state == "ended" else None


def routes(store: Store, words: Words, clock: Clock, links: Links) -> list[Route]:
    """GET shows a button, and gives nothing (many look at a link before the reader does); POST gives the document."""
    documents = Documents(store, words, clock)

    def answer(request: Request) -> Response:  # not async: in a thread of its own, as it reads the database
        name = links.open("record", request.path_params["token"])
        language = documents.language(name) if name else ""
        said = read_labels(language or "sv", "record")["fetch"]
        if name and language and request.method != "POST":
            body = f'<h1>{escape(said["button"])}?</h1><p>{escape(said["confirm"])}</p><form method="post"><button type="submit">{escape(said["button"])}</button></form>'
            return HTMLResponse(page(language, said["button"], body), headers=HEADERS)
        fetched = documents.fetch(name) if name and language else None
        if fetched is None:
            return HTMLResponse(page(language or "sv", said["button"], f"<p>{escape(said['gone'])}</p>"), 404, headers=HEADERS)
        sent_as = f"attachment; filename*=UTF-8''{quote(fetched.name)}"
        return Response(fetched.content, headers={**HEADERS, "Content-Disposition": sent_as}, media_type="application/pdf")

    return [Route("/record/{token}", answer, methods=["GET", "POST"])]
