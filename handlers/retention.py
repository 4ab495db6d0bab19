"""Each morning: what is over since long in groups that go on, and people in no group, are told of once a month, and erased when that month is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from bot.county import County
from bot.model import Kept
from bot.outcome import Fact
from bot.retention import SHOWN, counted, told_old, told_old_people
from bot.rules.dates.sums import months_on
from bot.rules.retention import SORTS, outlived, told_of
from bot.rules.work_calendar import instant, local
from handlers import logs
from storage.store import Store

LOOKED_BACK = timedelta(days=70)  # what was told of is erased within two months
KEPT_LONGEST = timedelta(days=400)  # *Behåll ett år till* is to the end of that month
RETENTION_AT = time(8)  # it may write to people
LIVING = ("starting", "active", "paused")


class Retention:
    """May be run twice: what was told of is not told of again, and what was erased is there no more."""

    def __init__(self, store: Store, county: County) -> None:
        self._store, self._county = store, county

    def look(self, now: datetime) -> None:
        today = local(now).date()
        self._erase(today, now)
        if last := told_of(today):
            self._tell(last, today, now)

    # what is told of

    def _tell(self, last: date, today: date, now: datetime) -> None:
        told, kept = self._days("words_told", now - LOOKED_BACK), self._days("words_kept", now - KEPT_LONGEST, "until")
        with self._store.read() as read:
            living = {group.id for group in read.groups() if group.state in LIVING}
        old = {
            id: things for id, things in self._old(last).items()
            if id in living and told.get(id, date.min) < today and kept.get(id, date.min) < last  # not again while what was told of waits
        }  # fmt: skip
        people = []
        if self._county.people_months:
            known = self._days("person_erasure_told", now - LOOKED_BACK)
            people = [each for each in self._store.idle_people(self._since(last, self._county.people_months)) if known.get(f"@{each.id}", date.min) < today]
        with self._store.turn() as work:
            views = work.snapshot_for(old, [], now).views
            administrators = [person for person in work.people() if "administrator" in person.roles and person.state == "active"]
            for outcome in (told_old(views, old, last), told_old_people(people, administrators, last)):
                if outcome.facts:
                    work.save([], now, outcome.facts, outcome.posts)

    # what is erased

    def _erase(self, today: date, now: datetime) -> None:
        """What was told of, its last day being over; but for what somebody has asked to keep meanwhile."""
        kept = self._days("words_kept", now - KEPT_LONGEST, "until")
        erased = self._days("words_outlived", now - LOOKED_BACK)
        for id, last in self._days("words_told", now - LOOKED_BACK).items():
            if last < today and kept.get(id, date.min) < last and erased.get(id, date.min) < last:
                self._erase_words(id, last, now)
        if self._county.people_months:
            told = {id: last for id, last in self._days("person_erasure_told", now - LOOKED_BACK).items() if last < today}
            for person in self._store.idle_people(self._since(min(told.values()), self._county.people_months)) if told else ():
                if f"@{person.id}" in told:
                    self._store.erase_person(person.id, now)
                    with self._store.turn() as work:
                        work.save([], now, [Fact("person_outlived", "", f"@{person.id}")])
                    logs.event("person_outlived")

    def _erase_words(self, id: str, last: date, now: datetime) -> None:
        with self._store.read() as read:
            group = read.group(id)
        things = self._old(last).get(id, []) if group and group.state in LIVING else []
        if not things:
            return
        detail: dict[str, str | int | None] = {"last": last.isoformat(), **dict(zip(SHOWN, counted(things), strict=True))}
        notices = self._since(last, max(self._county.kept_months.values()))
        self._store.erase_words(id, things, notices, now, [Fact("words_outlived", id, id, detail=detail)])
        logs.event("words_outlived", group=id, things=len(things))

    # looking

    def _old(self, last: date) -> dict[str, list[Kept]]:
        """By group. What has been written to lately is not even looked at."""
        months = self._county.kept_months
        since = {name: self._since(last, months[sort.kept]) for name, sort in SORTS.items() if months[sort.kept]}
        found: dict[str, list[Kept]] = {}
        for thing in self._store.old_words(since):
            if outlived(thing, last, months):
                found.setdefault(thing.group, []).append(thing)
        return found

    def _since(self, last: date, months: int) -> datetime:
        """The instant at which that day, so many months ago, was over."""
        return instant(datetime.combine(months_on(last, -months) + timedelta(days=1), time()))

    def _days(self, kind: str, since: datetime, name: str = "last") -> Mapping[str, date]:
        """The newest day that notes of that kind say, by what they are about."""
        days: dict[str, date] = {}
        with self._store.read() as read:
            for stored in read.facts(kind=kind, since=since):
                day = date.fromisoformat(str(stored.fact.detail[name]))
                days[stored.fact.subject] = max(day, days.get(stored.fact.subject, day))
        return days
