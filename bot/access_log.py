"""What is kept about oneself, and who has seen what: *mina uppgifter*, *vem har sett*."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from bot.ask import Ask
from bot.disclosure import Seen
from bot.messages import access_log as say
from bot.messages.access_log import SeenRow
from bot.model import Absence, Member
from bot.outcome import Need, Outcome
from bot.rules.who_may import STAFF
from bot.rules.work_calendar import local

Result = Outcome | Need
DAYS = 30  # looked back
ROWS = 10  # on a page
LATEST = 3  # among one's own data


def who_saw(ask: Ask) -> Result:
    """`vem har sett`: in private what is about oneself; about a group, who outside of it, for those who answer for it."""
    if ask.group_id:
        return of_group(ask) if answers_for(ask) else ask.say(say.SeenInPrivate(ask.view.people("facilitator", "chair") if in_group(ask) else ()))
    if not ask.incoming.place.private:
        return ask.say(say.SeenInPrivate())
    rows = looked_up(ask, f"@{ask.me.id}", ("codes", f"places @{ask.me.id}"))
    if isinstance(rows, Need):
        return rows
    shown, page, more = paged(merged(rows, ask, own_places(ask)), ask)
    return ask.say(say.SeenOfMe(since(ask), shown, page, more))


def of_group(ask: Ask) -> Result:
    rows = looked_up(ask, ask.group_id, ("codes", f"inside {ask.group_id}"))
    if isinstance(rows, Need):
        return rows
    inside = {*ask.snapshot.found[f"inside {ask.group_id}"], f"#{ask.group_id}"}
    own = [each for each in rows if not each.person]  # the rows about its members say the same once more
    shown, page, more = paged(merged((each for each in own if each.reader not in inside), ask), ask)
    within = {each.reader for each in own} & inside - {f"#{ask.group_id}"}
    return ask.say(say.SeenOfGroup(ask.group_id, ask.group.code, since(ask), shown, page, more, len(within)))


def own_data(ask: Ask) -> Result:
    """`mina uppgifter`: all that is kept about who asks, to them alone."""
    if not ask.incoming.place.private:
        return ask.say(say.OwnDataInPrivate())
    me = f"@{ask.me.id}"
    rows = looked_up(ask, me, ("codes", f"places {me}", f"since {me}", f"groups {me}"))
    if isinstance(rows, Need):
        return rows
    found, person, views = ask.snapshot.found, ask.me, ask.snapshot.views.values()
    seen, mine = merged(rows, ask, own_places(ask)), own_places(ask)
    first = found[f"since {me}"]
    names = [each.partition(":") for each in person.identities]
    return ask.say(say.OwnData(
        person,
        mails=tuple(user for platform, _, user in names if platform == "mail"),
        platforms=tuple(dict.fromkeys(platform for platform, _, _ in names if platform != "mail")),
        since=local(first).date() if first else None,
        places=tuple(
            say.OwnPlace(called(ask, code) if seat.group in mine else "", seat.role, local(at).date() if at else None, seat.state != "active")
            for code, seat, at in found[f"places {me}"]
        ),
        absences=tuple(absence for absence in ask.snapshot.absences if absence.person == person.id and still_to_come(absence, ask)),
        actions=sum(person.id in action.owners and person.id not in action.done_by for view in views for action in view.open_actions),
        questions=sum(person.id in question.asked and question.state == "open" for view in views for question in view.questions),
        calendar=person.calendar_edition > 0,
        seen=seen[:LATEST], more=max(0, len(seen) - LATEST),
        months=(ask.snapshot.county.closed_groups_months, ask.snapshot.county.access_log_months),
    ))  # fmt: skip


def still_to_come(absence: Absence, ask: Ask) -> bool:
    return absence.state == "planned" and absence.last >= ask.today


def answers_for(ask: Ask) -> bool:
    """Whether the asker may know who has seen the group: who leads it, and the contact person."""
    return in_group(ask) and (ask.me.id in ask.view.people("facilitator", "chair") or ask.me.id == ask.group.contact_person)


def in_group(ask: Ask) -> bool:
    return ask.me.state == "active" and ask.me.id in ask.view.people()


def since(ask: Ask) -> date:
    return ask.today - timedelta(days=DAYS)


def looked_up(ask: Ask, whose: str, more: tuple[str, ...]) -> tuple[Seen, ...] | Need:
    """The rows of the log since a month; first all else that is needed, so that it is looked through once."""
    wanted = f"seen {whose} {since(ask)}"
    if missing := tuple(each for each in (*more, wanted) if each not in ask.snapshot.found):
        return Need(missing)
    rows: tuple[Seen, ...] = ask.snapshot.found[wanted]
    return rows


def own_places(ask: Ask) -> frozenset[str]:
    """The groups whose names the asker may know: who has left, or is a guest, hears of them no more."""
    places: tuple[tuple[str, Member, object], ...] = ask.snapshot.found[f"places @{ask.me.id}"]
    return frozenset(seat.group for _, seat, _ in places if seat.state == "active" and seat.role in STAFF)


def called(ask: Ask, code: str) -> str:
    return ask.snapshot.county.body_name(code)


def merged(rows: Iterable[Seen], ask: Ask, places: Collection[str] | None = None) -> tuple[SeenRow, ...]:
    """A row for each reader; with `places`, whose names may be said, for each in each group. The latest first."""
    codes: Mapping[str, str] = ask.snapshot.found["codes"]
    found: dict[tuple[str, str], list[Seen]] = {}
    for each in rows:
        found.setdefault((each.reader, each.group if places is not None else ""), []).append(each)

    def name(group: str) -> str:
        code = codes.get(group, "")
        return called(ask, code) if group in (places or ()) or ask.snapshot.county.body_of(code) else ""

    made = [
        SeenRow(
            tuple(dict.fromkeys(each.kind for each in reversed(seen))), tuple(dict.fromkeys(each.way for each in reversed(seen))),
            sum(each.times for each in seen), max(each.last for each in seen),
            person="" if reader[0] in "#$-" else reader,
            place=name(reader[1:]) or "-" if reader[0] == "#" else "",
            account=reader[1:] or "-" if reader[0] == "$" else "",
            code=name(group) if reader != f"#{group}" else "",
        )
        for (reader, group), seen in found.items()
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda each: each.last, reverse=True))


def paged(rows: tuple[SeenRow, ...], ask: Ask) -> tuple[tuple[SeenRow, ...], int, int]:
    """The rows of the page that is asked for, which it is, and how many come after it."""
    tap = ask.incoming.tap
    page = int(tap.value) if tap and tap.value.isdecimal() and len(tap.value) < 4 else 0
    shown = rows[page * ROWS : (page + 1) * ROWS]
    return shown, page, max(0, len(rows) - (page + 1) * ROWS)
