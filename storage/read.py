"""The answers to what a decision needs to know besides its snapshot (`Need`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.frozen import replace
from bot.keys import groups_in
from bot.model import Change, Kept, Snapshot
from bot.outcome import Need
from storage import overview, tables
from storage.access_log import seen_since
from storage.loading import NAMES, Loading, turns_of
from storage.prepared import Prepared
from storage.tables import ALWAYS, GROUP_KINDS, KINDS

_OF_MEETING = Prepared(
    sa.union_all(
        turns_of(KINDS["Meeting"], KINDS["Meeting"].table.c.id == sa.bindparam("meeting")),
        *(
            turns_of(kind, kind.table.c.group_id == sa.bindparam("group"), kind.table.c.meeting == sa.bindparam("meeting"))
            for kind in GROUP_KINDS
            if "meeting" in kind.table.c
        ),
    )
)


class Read(Loading):
    """Looking things up, all in one transaction."""

    LONG = frozenset({"overview", "seen"})

    def add(self, snapshot: Snapshot, need: Need) -> Snapshot:
        """The snapshot with what was asked for. Each question is a key of `found`, also when nothing was found:

        - "id tall:12": the object or None; it is in its group's view, however old
        - "key Action tall:12": the same by its key
        - "touched Action tall:12": who changed it last, rather another than the asker; None if nobody
        - "change <id>" · "newest change": the asker's own in this place, not undone · "newest change 12": on that number,
          in the groups in view. `Change` or None, also in `snapshot.change`; what it changed is in view
        - "person <id>": `Person` or None · "person name <words>": all who fit · "person at <identity>": `Person` or None
        - "called Karin Holm": whether anybody is called just that, or it is their genitive
        - "people": everybody · "everything tall": all that is kept of a group, however old
        - "group <id>": `Group` or None; its view is there · "code <code>": the same · "codes": {group id: code}, all; the code of one undone is ""
        - "names tall": its view, which is there already, gets the key that its protected names are hashed with
        - "bodies": the committees, as `Group`, without views
        - "at <address>": id of the group living there, "" if none; its view is there
        - "groups @anna": ids of her groups; their views are there
        - "busy tall 2026-11-30 2026-12-21 anna,bo": id -> when they meet in other groups, as (from, to); never in which
        - "owned @anna": open actions that she owns, in any group she is or was in
        - "meeting tall:2026-12-01": all that belongs to the meeting, in view · "meetings tall": all its meetings
        - "decisions tall": all its decisions
        - "below gk": the groups whose matters go to it, as `Group`, without views
        - "search tall <words>": decisions, actions and lessons that hold all the words, newest first
        - "overview 2026-11-23 2026-11-27T14:00 below:gk Arvika": a week's `Figures` as of then (naive local), of the groups that
          all: · below:<bodies> · own:<groups> says, narrowed by the words; it is long, and never asked within a turn (`LONG`)
        - "seen tall 2026-10-24" · "seen @anna 2026-10-24": the rows of the access log since that day, of the group or about her, as
          `bot.disclosure.Seen`; its readers are in view. It is long
        - "inside tall": ids of all who are or have been in the group
        - "places @anna": her place in each group that she is or was in, as (code, `Member`, since when)
        - "since @anna": the first that is known of her, None if nothing
        - "history tall:12": facts about it, oldest first · "versions <key>": its version, 0 if it does not exist
        ValueError for a question that the store does not know.
        """
        for question in need.what:
            verb, _, rest = question.partition(" ")
            answer = self._ANSWERS.get(verb)
            if answer is None:
                raise ValueError(f"the store cannot answer {question!r}")
            snapshot, found = answer(self, snapshot, rest)
            snapshot = replace(snapshot, found={**snapshot.found, question: found})
        return snapshot

    def is_long(self, need: Need) -> bool:
        """Whether something in it takes so long that no turn is to wait for it."""
        return any(question.partition(" ")[0] in self.LONG for question in need.what)

    def _answer_id(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        for name in KINDS:
            thing = self._one(f"{name} {id}")
            if thing is not None:
                return self._with(snapshot, (thing,)), thing
        return snapshot, None

    def _answer_change(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        return self._with_change(snapshot, tables.changes.c.id == id)

    def _answer_newest(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        at = tables.changes.c
        by_asker = sa.and_(at.by == self._asker, at.state == "done")
        number = rest.removeprefix("change").strip()
        if not number:
            return self._with_change(snapshot, sa.and_(by_asker, at.place == self._address))
        recent = sa.select(at.id, at.after).where(by_asker).order_by(at.seq.desc()).limit(200)
        about = {f"{group}:{number}" for group in snapshot.views}
        for id, after in self._connection.execute(recent):
            if any(of.partition(" ")[2] in about for of in after):
                return self._with_change(snapshot, at.id == id)
        return snapshot, None

    def _with_change(self, snapshot: Snapshot, condition: Any) -> tuple[Snapshot, Any]:
        newest = sa.select(tables.changes).where(condition).order_by(tables.changes.c.seq.desc()).limit(1)
        row = self._connection.execute(newest).first()
        if row is None:
            return replace(snapshot, change=None), None
        kept = [*filter(None, row.before.values()), *row.after.values()]
        texts = self.texts({text_id for _, text_id in kept if text_id})

        def whole(pair: tuple[Any, str | None] | None) -> Any:
            return pair and replace(pair[0], **texts.get(pair[1] or "", {}))

        change = Change(
            row.id, row.by, row.place, row.command, row.at, row.until, state=row.state,
            before={of: whole(pair) for of, pair in row.before.items()},
            after={of: whole(pair) for of, pair in row.after.items()},
        )  # fmt: skip
        now = [thing for thing in map(self._one, row.after) if thing is not None]
        return replace(self._with(snapshot, now), change=change), change

    def _answer_key(self, snapshot: Snapshot, of: str) -> tuple[Snapshot, Any]:
        thing = self._one(of)
        return (self._with(snapshot, (thing,)) if thing else snapshot), thing

    def _answer_touched(self, snapshot: Snapshot, of: str) -> tuple[Snapshot, Any]:
        at = tables.facts.c
        by = self._connection.scalar(
            sa.select(at.person)
            .where(at.subject == of.partition(" ")[2], at.person != "")
            .order_by(sa.case((at.person == self._asker, 1), else_=0), at.id.desc())
            .limit(1)
        )
        return (self._answer_person(snapshot, by)[0] if by else snapshot), by

    def _answer_person(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        how, _, words = rest.partition(" ")
        if how == "name" and words:
            name = words.casefold()
            fit = tuple(p for p in self.people() if p.state == "active" and name in (p.name.casefold(), *p.name.casefold().split()))
            return self._with(snapshot, fit), fit
        person = self.person_of(words) if how == "at" and words else self.person(rest)
        return (self._with(snapshot, (person,)) if person else snapshot), person

    def _answer_called(self, snapshot: Snapshot, name: str) -> tuple[Snapshot, Any]:
        known = sa.select(tables.people.c.id).where(tables.people.c.name.in_((name, name.removesuffix("s"))))
        return snapshot, self._connection.scalar(known.limit(1)) is not None

    def _answer_people(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        people = self.people()
        return self._with(snapshot, people), people

    def _answer_everything(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        return snapshot, tuple(thing for things in self.everything_of(group).values() for thing in things)

    def _answer_group(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        group = self.group(id)
        return (self._with(snapshot, (group,)) if group else snapshot), group

    def _answer_names(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        view = snapshot.views[group]
        view = replace(view, key=view.key or self._keys.key_for(group, NAMES))
        return replace(snapshot, views={**snapshot.views, group: view}), True

    def _answer_code(self, snapshot: Snapshot, code: str) -> tuple[Snapshot, Any]:
        group = self.group_of_code(code)
        return (self._with(snapshot, (group,)) if group else snapshot), group

    def _answer_codes(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        at = tables.groups.c
        rows = self._connection.execute(sa.select(at.id, at.code, at.state))
        return snapshot, {row.id: "" if row.state == "undone" else row.code for row in rows}

    def _answer_bodies(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        at = KINDS["Group"].table.c
        return snapshot, tuple(self._where("Group", sa.and_(at.kind == "committee", at.in_view_until == ALWAYS)))

    def _answer_at(self, snapshot: Snapshot, address: str) -> tuple[Snapshot, Any]:
        id = self.group_at(address)
        return (self._answer_group(snapshot, id)[0] if id else snapshot), id

    def _answer_groups(self, snapshot: Snapshot, person: str) -> tuple[Snapshot, Any]:
        ids = self.groups_of(person.removeprefix("@"), self._now)
        views = {**self._views(set(ids) - set(snapshot.views)), **snapshot.views}
        return self._complete(replace(snapshot, views=views)), ids

    def _answer_busy(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        own, first, last, ids = rest.split(" ")
        people, meetings = tables.members.c, KINDS["Meeting"].table.c
        since, until = datetime.fromisoformat(first), datetime.fromisoformat(last)
        rows = self._connection.execute(
            sa.select(people.person, meetings.starts, meetings.minutes)
            .join(KINDS["Meeting"].table, meetings.group_id == people.group_id)
            .where(
                people.person.in_(ids.split(",")), people.state == "active", people.group_id != own,
                meetings.state == "planned", meetings.starts >= since, meetings.starts < until,
            )
        )  # fmt: skip
        busy: dict[str, tuple[tuple[datetime, datetime], ...]] = {}
        for person, starts, minutes in rows:
            busy[person] = (*busy.get(person, ()), (starts, starts + timedelta(minutes=minutes)))
        return snapshot, busy

    def _answer_owned(self, snapshot: Snapshot, person: str) -> tuple[Snapshot, Any]:
        id = person.removeprefix("@")
        ever = sa.select(tables.members.c.group_id).where(tables.members.c.person == id)
        table = KINDS["Action"].table
        actions = self._where("Action", sa.and_(table.c.group_id.in_(ever), table.c.in_view_until == ALWAYS))
        owned = tuple(action for action in actions if id in action.owners)
        return self._with(snapshot, owned), owned

    def _answer_meeting(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        rows = _OF_MEETING.all(self._connection, {"meeting": id, "group": groups_in(id)})
        things = [held.thing for held in self._resolve(rows)]
        return self._with(snapshot, things), tuple(things)

    def _answer_meetings(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        things = self._where("Meeting", KINDS["Meeting"].table.c.group_id == group)
        return self._with(snapshot, things), tuple(things)

    def _answer_decisions(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        things = self._where("Decision", KINDS["Decision"].table.c.group_id == group)
        return self._with(snapshot, things), tuple(things)

    def _answer_below(self, snapshot: Snapshot, body: str) -> tuple[Snapshot, Any]:
        table = KINDS["Group"].table
        return snapshot, tuple(self._where("Group", sa.and_(table.c.above == body, table.c.in_view_until == ALWAYS)))

    def _answer_search(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        group, _, line = rest.partition(" ")
        words = [word.strip(",.?!:;\"”'()") for word in line.casefold().split()]
        held = []
        for name in ("Decision", "Action", "Lesson"):
            kind = KINDS[name]
            for thing in self._where(name, sa.and_(kind.table.c.group_id == group, kind.table.c.state != "undone")):
                text = " ".join(getattr(thing, field) for field in kind.free).casefold()
                held.append((thing, text))
        # as written; else in another form of the words: "hjälpmedel" also finds "hjälpmedlen"
        hits = _holding(held, words) or _holding(held, [_stem(word) for word in words])
        found = tuple(sorted(hits, key=lambda thing: (thing.at, thing.id), reverse=True))
        return self._with(snapshot, found), found

    def _answer_overview(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        # the groups are looked at apart: not all who are named in them are to come into view
        groups = Read(self._connection, self._keys, self._memory).groups()
        figures, shown = overview.figures(self._connection, groups, overview.Wanted.read(rest))
        matters = tuple(self._where("Escalation", KINDS["Escalation"].table.c.id.in_(shown))) if shown else ()
        return self._complete(snapshot), replace(figures, matters=matters)

    def _answer_seen(self, snapshot: Snapshot, rest: str) -> tuple[Snapshot, Any]:
        whose, day = rest.split(" ")
        of = {"person": whose[1:]} if whose.startswith("@") else {"group": whose}
        rows = seen_since(self._connection, self._keys, date.fromisoformat(day), **of)
        people = [person for id in {row.reader for row in rows} if (person := self.person(id))]
        return self._with(snapshot, people), rows

    def _answer_inside(self, snapshot: Snapshot, group: str) -> tuple[Snapshot, Any]:
        at = tables.members.c
        return snapshot, frozenset(self._connection.scalars(sa.select(at.person).where(at.group_id == group, at.state != "undone")))

    def _answer_places(self, snapshot: Snapshot, person: str) -> tuple[Snapshot, Any]:
        at, fact = tables.members.c, tables.facts.c
        seats = [seat for seat in self._where("Member", at.person == person.removeprefix("@")) if seat.state != "undone"]
        first = sa.select(fact.subject, sa.func.min(fact.at)).where(fact.subject.in_([seat.id for seat in seats])).group_by(fact.subject)
        since = {row[0]: row[1] for row in self._connection.execute(first)}
        codes = {group.id: group.code for seat in seats if (group := self.group(seat.group)) and group.state not in ("undone", "forgotten")}
        return snapshot, tuple((codes[seat.group], seat, since.get(seat.id)) for seat in seats if seat.group in codes)

    def _answer_since(self, snapshot: Snapshot, person: str) -> tuple[Snapshot, Any]:
        at = tables.facts.c
        return snapshot, self._connection.scalar(sa.select(sa.func.min(at.at)).where(at.person == person.removeprefix("@")))

    def _answer_history(self, snapshot: Snapshot, id: str) -> tuple[Snapshot, Any]:
        facts = self.facts(subject=id)
        # who did it is named in what is shown
        people = {p.id: p for p in (self.person(f.fact.person) for f in facts if f.fact.person) if p}
        return self._with(snapshot, people.values()), facts

    def _answer_versions(self, snapshot: Snapshot, of: str) -> tuple[Snapshot, Any]:
        return snapshot, self.versions([of]).get(of, 0)

    _ANSWERS: Mapping[str, Callable[[Any, Snapshot, str], tuple[Snapshot, Any]]] = {
        "id": _answer_id, "key": _answer_key, "touched": _answer_touched, "change": _answer_change, "newest": _answer_newest, "person": _answer_person, "called": _answer_called,
        "people": _answer_people, "everything": _answer_everything, "group": _answer_group, "names": _answer_names, "code": _answer_code, "codes": _answer_codes, "bodies": _answer_bodies, "at": _answer_at,
        "groups": _answer_groups, "busy": _answer_busy, "owned": _answer_owned, "meeting": _answer_meeting, "meetings": _answer_meetings,
        "below": _answer_below, "decisions": _answer_decisions, "search": _answer_search, "overview": _answer_overview, "history": _answer_history,
        "seen": _answer_seen, "inside": _answer_inside, "places": _answer_places, "since": _answer_since, "versions": _answer_versions,
    }  # fmt: skip


def _stem(word: str) -> str:
    """The word without what may be an ending."""
    return word[:-3] if len(word) > 8 else word[:-2] if len(word) > 5 else word


def _holding(held: list[tuple[Kept, str]], words: list[str]) -> list[Any]:
    return [thing for thing, text in held if words and all(word in text for word in words)]
