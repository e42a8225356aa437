"""Working days: the unit's calendar, for time limits such as 1 working day for news and 10 for an outside opinion."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """holidays: days off beside the weekends; workdays: weekend days worked in exchange (调休). ISO dates."""

    holidays: frozenset[str] = frozenset()
    workdays: frozenset[str] = frozenset()

    @classmethod
    def of(cls, holidays: Collection[str] = (), workdays: Collection[str] = ()) -> "Calendar":
        """A calendar of ISO dates. Raises ValueError for anything that is not one, or stands in both lists."""
        off, on = (frozenset(date.fromisoformat(day).isoformat() for day in days) for days in (holidays, workdays))
        if off & on:
            raise ValueError(f"both holiday and working day: {', '.join(sorted(off & on))}")
        return cls(off, on)

    def works(self, day: date) -> bool:
        """Whether this day is worked."""
        iso = day.isoformat()
        return iso in self.workdays or (day.weekday() < _SATURDAY and iso not in self.holidays)

    def after(self, day: date, days: int) -> date:
        """The day by the end of which so many working days have passed since `day`, which itself does not count."""
        while days > 0:
            day += timedelta(days=1)
            days -= self.works(day)
        return day
