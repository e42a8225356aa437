"""Working days: laws of counting, whatever the unit's calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.calendar import Calendar

DAYS = st.dates(date(2031, 1, 1), date(2031, 12, 31))
COUNTS = st.integers(1, 30)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Holidays and exchanged working days, no day in both."""
    holidays = draw(st.sets(DAYS, max_size=40))
    workdays = draw(st.sets(DAYS, max_size=40)) - holidays
    return Calendar.of([day.isoformat() for day in holidays], [day.isoformat() for day in workdays])


@given(calendars(), DAYS, COUNTS)
def test_the_end_is_a_working_day_and_the_count_is_exact(calendar: Calendar, day: date, days: int) -> None:
    """It ends on a day that is worked, with exactly so many working days behind the first."""
    end = calendar.after(day, days)
    assert calendar.works(end)
    between = [day + timedelta(days=number) for number in range(1, (end - day).days + 1)]
    assert sum(map(calendar.works, between)) == days


@given(calendars(), DAYS, DAYS, COUNTS, COUNTS)
def test_later_days_and_longer_limits_never_end_earlier(
    calendar: Calendar, one: date, other: date, few: int, many: int
) -> None:
    """It is monotone in the day and strictly so in the count."""
    first, second = sorted((one, other))
    assert calendar.after(first, few) <= calendar.after(second, few)
    assert (calendar.after(first, few) < calendar.after(first, many)) == (few < many)


@given(calendars(), DAYS, COUNTS, COUNTS)
def test_two_limits_in_a_row_are_their_sum(calendar: Calendar, day: date, one: int, other: int) -> None:
    """Counting on from an end is counting both at once."""
    assert calendar.after(calendar.after(day, one), other) == calendar.after(day, one + other)


@pytest.mark.parametrize(
    ("day", "works"),
    [("2031-05-01", False), ("2031-05-02", True), ("2031-05-03", False), ("2031-05-04", True), ("2031-05-05", True)],
)
def test_holidays_and_exchanged_days_go_before_the_weekend(day: str, works: bool) -> None:
    """A Thursday off, a Sunday worked in exchange."""
    assert Calendar.of(["2031-05-01"], ["2031-05-04"]).works(date.fromisoformat(day)) is works


def test_every_way_of_writing_a_date_is_the_same_day() -> None:
    """A date without hyphens or by the week is taken for the day that it names, never passed over silently."""
    assert Calendar.of(["20310501"], ["2031-W18-7"]) == Calendar.of(["2031-05-01"], ["2031-05-04"])
    with pytest.raises(ValueError, match="both"):
        Calendar.of(["20310501"], ["2031-05-01"])


@pytest.mark.parametrize("wrong", ["2031-02-30", "五月一日", ""])
def test_what_is_no_date_is_refused(wrong: str) -> None:
    """A calendar is made of days."""
    with pytest.raises(ValueError, match=r".+"):
        Calendar.of([wrong])
