"""Weekly times that suit a group."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.free_times import Invited, free_times
from bot.rules.work_calendar import Working, is_working_day
from tests.conftest import examples

NOW = datetime(2026, 11, 23, 8)  # a Monday

moments = st.builds(lambda day, hour: datetime(2026, 11, 24) + timedelta(days=day, hours=hour), st.integers(0, 20), st.integers(6, 17))
people = st.lists(
    st.builds(
        lambda days, start, busy, away: Invited("", Working(frozenset(days), time(start), time(start + 8)), away, tuple((b, b + timedelta(hours=2)) for b in busy)),
        st.sets(st.integers(0, 6), min_size=1), st.integers(5, 12), st.lists(moments, max_size=12),
        st.sampled_from([(), ((date(2026, 11, 24), date(2026, 12, 1)),)]),
    ), min_size=1, max_size=5,
).map(lambda each: [Invited(f"p{n}", p.working, p.away, p.busy) for n, p in enumerate(each)])  # fmt: skip


@settings(deadline=None, max_examples=examples(60))
@given(people, st.sampled_from([15, 30, 60, 90]))
def test_what_is_suggested_is_true(invited: list[Invited], minutes: int) -> None:
    found = free_times(invited, NOW, minutes)
    assert len(found) <= 3 and len({each.starts for each in found}) == len(found)
    for each in found:
        assert each.starts > NOW and is_working_day(each.starts.date())
        end = each.starts + timedelta(minutes=minutes)
        assert each.missing == tuple(p.id for p in invited if not p.free(each.starts, end))
        assert 2 * len(each.missing) < len(invited)
        for id, day in each.later:
            start = datetime.combine(day, each.starts.time())
            assert not next(p for p in invited if p.id == id).free(start, start + timedelta(minutes=minutes))
    assert [len(each.missing) for each in found] == sorted(len(each.missing) for each in found)


def test_red_days_lunch_and_nights() -> None:
    christmas = free_times([Invited("anna")], datetime(2026, 12, 23, 8), 30)
    assert [each.starts for each in christmas] == [datetime(2026, 12, 28, 8, 30), datetime(2026, 12, 29, 8, 30), datetime(2026, 12, 30, 8, 30)]
    nights = Working(start=time(21), end=time(7, 30))
    (early,) = {each.starts.time() for each in free_times([Invited("natt", nights)], NOW, 30)}
    assert early == time(7)
    assert free_times([Invited("anna", busy=((NOW, NOW + timedelta(weeks=5)),))], NOW, 30) == ()
