"""The weekly overview: where help is needed first, and the week in figures; on demand and by subscription.

The figures come from a read model (`storage/overview.py`), asked for in one line that says whose groups may be in it.
Coordinators see every group, committees those below them, members their own. Of others' groups they see counts and
lifted matters, never texts; of a group without a consent that holds they see nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.ask import Ask
from bot.cards import Drawn, Reader, card
from bot.frozen import dataclass
from bot.messages import digests as say
from bot.messages.common import BadDate, Gone
from bot.messages.escalations import MatterAlready
from bot.model import Escalation, GroupView, Person, Snapshot
from bot.outcome import Fact, Need, Outcome, Post, Say
from bot.rules.consent import sharing_allowed
from bot.rules.digest_contents import (
    Figures,
    GroupWeek,
    is_late,
    lead_time,
    most_needed,
    next_sending,
    reasons,
    week_meant,
    week_told,
)
from bot.rules.next_meeting import make_rule
from bot.rules.who_may import STAFF
from bot.rules.who_to_remind import away
from bot.rules.work_calendar import instant, local, next_working_day
from bot.timers import Timer, wants_timers

Result = Outcome | Need
WEEK = timedelta(weeks=1)
ON_A_PAGE = 7  # rows of what is most needed: one screen on a phone
FEW = 10  # groups whose names are listed though they need nothing


# --- who sees what ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sight:
    """Which groups a person sees in the overview: all, those below some bodies, or those they work in."""

    who: str  # all | below | own
    ids: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        return f"{self.who}:{','.join(self.ids)}"


def seats(person: Person, views: Mapping[str, GroupView], kind: str) -> tuple[str, ...]:
    """Ids of the groups of that kind in which the person works."""
    return tuple(sorted(id for id, view in views.items() if view.group.kind == kind and view.role_of(person.id) in STAFF))


def sight(person: Person, views: Mapping[str, GroupView], words: str = "") -> Sight | None:
    """What the person may see; by the name of a group one works in, that group alone. None: nothing."""
    own = seats(person, views, "care")
    named = tuple(id for id in own if words and views[id].group.code.casefold() == words.casefold())
    if named:
        return Sight("own", named)
    if "coordinator" in person.roles:
        return Sight("all")
    if bodies := seats(person, views, "committee"):
        return Sight("below", bodies)
    return Sight("own", own) if own else None


def all_seats(ask: Ask) -> Mapping[str, GroupView] | Need:
    """The views of all groups that the asker is in, also where it was said in one of them."""
    wanted = f"groups @{ask.me.id}"
    return ask.snapshot.views if wanted in ask.snapshot.found else Need((wanted,))


# --- the overview -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Which overview: a week, the words that narrow it, and from which row. Its text is what its buttons carry."""

    monday: date
    words: str = ""
    first: int = 0

    @property
    def text(self) -> str:
        return f"{self.monday.isoformat()}|{self.first}|{self.words}"


def read_page(text: str) -> Page | None:
    """The page that a button carries; None for what no button of ours carries."""
    day, _, rest = text.partition("|")
    first, _, words = rest.partition("|")
    try:
        monday = date.fromisoformat(day)
        return Page(monday - timedelta(days=monday.weekday()), words, max(0, int(first)))
    except ValueError:
        return None


def show(ask: Ask) -> Result:
    """`veckoöversikt v47 Arvika`."""
    reading = ask.reading
    this = ask.today - timedelta(days=ask.today.weekday())
    monday = week_meant(reading.week, ask.today) if reading.week else this
    if monday is None:
        return ask.say(BadDate(f"v. {reading.week}" if ask.me.language == "sv" else f"week {reading.week}", "bad_date"))
    words = reading.text or (ask.group.code if ask.group_id and ask.view.role_of(ask.me.id) and not ask.snapshot.here and not reading.all else "")
    return shown(ask, Page(monday, words))


def turn_page(ask: Ask) -> Result:
    """The buttons *Visa fler* and *Veckan före*."""
    page = read_page(ask.incoming.tap.value if ask.incoming.tap else "")
    return shown(ask, page) if page else ask.say(Gone())


def shown(ask: Ask, page: Page) -> Result:
    views = all_seats(ask)
    if isinstance(views, Need):
        return views
    found = overview(ask.me, views, ask.snapshot, page, ask.now)
    return found if isinstance(found, Need) else ask.say(found)


def overview(
    person: Person, views: Mapping[str, GroupView], snapshot: Snapshot, page: Page, now: datetime, sent: bool = False
) -> say.WeeklyOverview | say.NoOverview | say.NoSuchPart | Need:
    """The overview as this person may see it. `views`: all groups the person is in."""
    seen = sight(person, views, page.words)
    if seen is None:
        return say.NoOverview()
    here = local(now)
    body = snapshot.county.body_of(page.words) if page.words and seen.who != "own" else None
    narrowed = "" if seen.who == "own" else body.short if body else page.words
    question = f"overview {page.monday} {here:%Y-%m-%dT%H:%M} {seen.question} {narrowed}"
    if question not in snapshot.found:
        return Need((question,))
    figures: Figures = snapshot.found[question]
    if not figures.known:
        return say.NoSuchPart(page.words, figures.organisations)
    weeks_ago = (here.date() - page.monday) // WEEK
    newest = weeks_ago <= (1 if sent else 0)  # what is sent on a Monday tells of the week that is over, and is still news
    ranked = most_needed(figures, now) if newest else ()
    rows = tuple(row(each, person, views, snapshot, figures, now) for each in ranked[page.first : page.first + ON_A_PAGE])
    left = max(0, len(ranked) - page.first - len(rows))
    named = {each.group for each in ranked}
    calm = tuple(sorted(each.code for each in figures.groups if each.group not in named)) if newest and page.first == 0 else ()
    return say.WeeklyOverview(
        page.monday, page.monday + timedelta(days=6), totals(figures), lead_time(figures.done, figures.done_before),
        lead_time(figures.answers, figures.answers_before), page.words, now=newest, sent=sent,
        subscribed=person.overview_rule is not None, own=seen.who == "own", rows=rows, more=left,
        calm=calm if len(calm) <= FEW else (),
        next_page=replace(page, first=page.first + ON_A_PAGE).text if left else "",
        older=Page(page.monday - WEEK, page.words).text,
    )  # fmt: skip


def row(
    need: Escalation | GroupWeek, person: Person, views: Mapping[str, GroupView], snapshot: Snapshot, figures: Figures, now: datetime
) -> say.NeedRow:
    """One line, with what this person can do about it."""
    own = need.group in views and views[need.group].role_of(person.id) in STAFF
    if isinstance(need, GroupWeek):
        return say.NeedRow("own" if own else "help", group=need, why=reasons(need, local(now).date()))
    in_body = need.body in views and views[need.body].role_of(person.id) in STAFF
    act = "answer" if in_body and need.state in ("open", "taken") else "own" if own else "remind"
    body = snapshot.county.body_name(dict(figures.bodies).get(need.body, need.body))
    return say.NeedRow(act, matter=need, body=body, late=is_late(need, now))


def totals(figures: Figures) -> say.WeekTotals:
    groups = figures.groups
    summed = {name: sum(getattr(each, name) for each in groups) for name in ("held", "missed", "decisions", "on_time", "late", "same_day", "overdue", "stuck")}
    return say.WeekTotals(
        groups=len(groups), **summed, waiting=figures.waiting, with_group=figures.with_group, answered=figures.answered,
        helped=figures.helped, partly=figures.partly, no_help=figures.no_help,
        without_meeting=sum(not each.meets and not each.resting for each in groups),
        without_contact=sum(not each.contact for each in groups), without_consent=figures.without_consent,
    )  # fmt: skip


# --- acting on it -----------------------------------------------------------------------------------------------------


def may_follow(ask: Ask, views: Mapping[str, GroupView], group: GroupView, snapshot: Snapshot) -> bool | Need:
    """Whether the asker sees this group in an overview, and so may offer help."""
    seen = sight(ask.me, views)
    if seen is None or group.group.kind != "care":
        return False
    if seen.who == "own":
        return group.group.id in seen.ids
    if not sharing_allowed(group.group, ask.today):
        return False
    above, passed = group.group.above, set[str]()
    while seen.who == "below" and above not in seen.ids:
        if not above or above in passed:
            return False
        passed.add(above)
        wanted = f"group {above}"
        if above not in snapshot.views and wanted not in snapshot.found:
            return Need((wanted,))
        above = snapshot.views[above].group.above if above in snapshot.views else ""
    return True


def followed(ask: Ask, subject: str) -> GroupView | Result:
    """The group of a tapped row, if the asker may follow it and nobody has nudged it today; `subject` is what is noted."""
    views = all_seats(ask)
    if isinstance(views, Need):
        return views
    group = ask.snapshot.views.get(ask.group_id)
    allowed = may_follow(ask, views, group, ask.snapshot) if group else False
    if isinstance(allowed, Need):
        return allowed
    if not allowed or group is None:
        return ask.say(Gone())
    wanted = f"history {subject}"
    return group if wanted in ask.snapshot.found else Need((wanted,))


def nudged_today(ask: Ask, subject: str, kind: str) -> str:
    """Who has done it today already, "" if nobody."""
    facts = ask.snapshot.found[f"history {subject}"]
    return next((each.fact.person for each in facts if each.fact.kind == kind and local(each.at).date() == ask.today), "")


def offer_help(ask: Ask) -> Result:
    """*Erbjud hjälp*: those who lead the group hear in private who wonders; once a day is enough."""
    subject = f"{ask.group_id}:help"
    group = followed(ask, subject)
    if not isinstance(group, GroupView):
        return group
    code = group.group.code
    if by := nudged_today(ask, subject, "help_offered"):
        return ask.say(say.HelpOffered(code, again=True, by=by))
    leaders = group.people("facilitator") or tuple(filter(None, (group.group.contact_person,))) or group.people()
    to = tuple(id for id in leaders if id != ask.me.id)
    return Outcome(
        Say(say.HelpOffered(code, to)),
        facts=(Fact("help_offered", group.group.id, subject, ask.me.id),),
        posts=tuple(Post(f"@{id}", f"help_offer:{ask.group_id}:{ask.me.id}") for id in to),
    )


def remind_matter(ask: Ask) -> Result:
    """*Påminn* on a lifted matter: whoever it waits for sees it again; once a day is enough."""
    assert ask.incoming.tap is not None
    id = ask.incoming.tap.ref
    group = followed(ask, id)
    if not isinstance(group, GroupView):
        return group
    matter = ask.snapshot.get(f"Escalation {id}") or ask.snapshot.found.get(f"id {id}")
    if matter is None and f"id {id}" not in ask.snapshot.found:
        return Need((f"id {id}",))
    if not isinstance(matter, Escalation):
        return ask.say(Gone())
    if matter.body not in ask.snapshot.views and f"group {matter.body}" not in ask.snapshot.found:
        return Need((f"group {matter.body}",))
    held = ask.snapshot.views.get(matter.body)
    body = ask.snapshot.county.body_name(held.group.code if held else matter.body)
    if not matter.live:
        return ask.say(MatterAlready(matter, body, matter.code))
    who, posts = waits_for(matter, held)
    if by := nudged_today(ask, id, "matter_nudged"):
        return ask.say(say.MatterNudged(matter, who, body, again=True, by=by))
    return Outcome(
        Say(say.MatterNudged(matter, who, body)), facts=(Fact("matter_nudged", matter.group, id, ask.me.id, {"body": matter.body}),), posts=posts,
    )


def waits_for(matter: Escalation, body: GroupView | None) -> tuple[str, tuple[Post, ...]]:
    """For whom the matter waits (body | person | group), and what shows it to them again."""
    if matter.state == "open":
        to = (body.group.id,) if body and body.group.channels else tuple(f"@{id}" for id in body.people()) if body else ()
        return "body", tuple(Post(each, f"lifted:{matter.id}:reminder") for each in to)
    if matter.state == "taken":
        return "person", (Post(f"@{matter.taken_by}", f"lifted:{matter.id}"),)
    last = "matter_question" if matter.state == "asked" else "matter_answer"
    sorts = ("asked",) if matter.state == "asked" else ("answered", "solved")
    place = max(n for n, step in enumerate(matter.path) if step.what in sorts)
    return "group", (Post(matter.group, f"{last}:{matter.id}:{place}"),)


# --- by subscription --------------------------------------------------------------------------------------------------


def subscribe(ask: Ask) -> Result:
    """`prenumerera fredagar 14`."""
    views = all_seats(ask)
    if isinstance(views, Need):
        return views
    if sight(ask.me, views) is None:
        return ask.say(say.NoOverview())
    reading = ask.reading
    rule = make_rule(reading.slots, ask.local_now, interval=reading.interval or 1, nth=reading.nth, parity=reading.parity)
    first = next_sending(rule, ask.local_now)
    if first is None:
        return ask.say(BadDate("", "no_time"))
    saved = replace(ask.me, overview_rule=rule, overview_told=ask.local_now)
    return Outcome(
        Say(say.Subscribed(rule, first, ask.turn)), save=(saved,),
        facts=(Fact("overview_subscribed", "", f"@{ask.me.id}", ask.me.id),),
    )


def unsubscribe(ask: Ask) -> Result:
    """`sluta prenumerera`, and the button."""
    if ask.me.overview_rule is None:
        return ask.say(say.Unsubscribed())
    return Outcome(
        Say(say.Unsubscribed(ask.turn)), save=(replace(ask.me, overview_rule=None),),
        facts=(Fact("overview_unsubscribed", "", f"@{ask.me.id}", ask.me.id),),
    )


TAPS = {
    "digest_page": ("digest", turn_page),
    "offer_help": ("digest", offer_help),
    "remind_matter": ("digest", remind_matter),
}


@wants_timers(Person)
def overview_timer(person: Person, now: datetime) -> tuple[Timer, ...]:
    """The next time that this person's overview is to be sent."""
    moment = sending(person)
    return (Timer("overview", f"@{person.id}", instant(moment)),) if moment else ()


def sending(person: Person) -> datetime | None:
    """The first sending that is not decided yet (naive local)."""
    if person.state != "active" or person.overview_rule is None or person.overview_told is None:
        return None
    return next_sending(person.overview_rule, person.overview_told)


def send(timer: Timer, snapshot: Snapshot, now: datetime) -> Outcome | Need:
    """An overview falls due. After a standstill only the newest is sent, and that only while it is of use."""
    person = snapshot.people.get(timer.subject[1:])
    moment = sending(person) if person else None
    if person is None or moment is None:
        return Outcome()
    here = local(now)
    if moment > here:
        return Outcome(save=(person,))  # fired early: the clock was moved
    while person.overview_rule and (later := next_sending(person.overview_rule, moment)) and later <= here:
        moment = later
    noted = replace(person, overview_told=moment)
    useful = datetime.combine(next_working_day(moment.date()), time(12))
    if here > useful or away(snapshot.absences, person.id, here.date()) or sight(person, snapshot.views) is None:
        return Outcome(save=(noted,))
    subject = f"overview:{person.id}|{week_told(moment.date())}"
    return Outcome(
        save=(noted,), facts=(Fact("overview_sent", "", f"@{person.id}", person.id),),
        posts=(Post(f"@{person.id}", subject, useful_until=instant(useful)),), command="overview",
    )


TIMERS = {"overview": send}


@card("help_offer")
def draw_offer(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "tall:kia": the group that may need help, and who offers it."""
    id, _, by = rest.partition(":")
    wanted = f"person {by}"
    if wanted not in snapshot.found:
        return Need((wanted,))
    view, person = snapshot.views.get(id), snapshot.found[wanted]
    return Drawn(say.HelpOffer(id, view.group.code, by, person.phone) if view and person else Gone())


@card("overview")
def draw_overview(rest: str, snapshot: Snapshot, reader: Reader, now: datetime) -> Drawn | Need:
    """rest: "kia|2026-11-23": whose, and the Monday of its week. It stays true while its week is the newest."""
    id, _, day = rest.partition("|")
    person = snapshot.people.get(id)
    if person is None:
        return Drawn(Gone())
    message = overview(person, snapshot.views, snapshot, Page(date.fromisoformat(day)), now, sent=True)
    if isinstance(message, Need):
        return message
    if not isinstance(message, say.WeeklyOverview):
        return Drawn(Gone())
    figures: Figures = next(found for question, found in snapshot.found.items() if question.startswith("overview "))
    calm = {each.group for each in figures.groups if each.code in message.calm}
    matters = tuple(each.matter for each in message.rows if each.matter)
    groups = sorted(calm | {each.group.group for each in message.rows if each.group} | {each.group for each in matters})
    if missing := tuple(f"group {each}" for each in groups if each not in snapshot.views and f"group {each}" not in snapshot.found):
        return Need(missing)
    return Drawn(message, (*(f"Group {each}" for each in groups), *(f"Escalation {each.id}" for each in matters)))
