"""Which offices sign a version, and until when: by the unit's own rules."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from screening.domain.calendar import Calendar
from screening.domain.errors import SettingsError
from screening.domain.people import Role
from screening.domain.review import THREE_LEVELS

_SIGNING = {Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER}


@dataclass(frozen=True, slots=True)
class UnitRules:
    """What a unit sets for itself.

    levels: offices that sign, in order; levels_by_category: the same for a category of findings, the longest one
    counts; review_days: working days for the whole review; outside_days: for an outside authority (domain rules,
    section 2, time limits); incident_hours: until the written report (保密法实施条例 61); approval_days: calendar days
    for which an approval holds from the planned day on.
    """

    levels: tuple[Role, ...] = THREE_LEVELS
    levels_by_category: Mapping[str, tuple[Role, ...]] = field(default_factory=dict)
    review_days: int = 1
    outside_days: int = 10
    incident_hours: int = 24
    approval_days: int = 30
    calendar: Calendar = field(default_factory=Calendar)

    def levels_for(self, categories: Collection[str]) -> tuple[Role, ...]:
        """The offices for a draft with findings of these categories."""
        wanted = [self.levels, *(self.levels_by_category[one] for one in categories if one in self.levels_by_category)]
        return max(wanted, key=len)

    def review_due(self, now: datetime) -> str:
        """When a review that begins now is due: the end of a working day, ISO 8601."""
        return self._end_of(now, self.review_days)

    def outside_due(self, now: datetime) -> str:
        """When an outside authority's opinion is due."""
        return self._end_of(now, self.outside_days)

    def incident_due(self, now: datetime) -> str:
        """When the written report of an incident is due: hours, not working days."""
        return (now + timedelta(hours=self.incident_hours)).isoformat()

    def window(self, planned: str, now: datetime) -> tuple[str, str]:
        """First and last day of an approval, ISO dates. planned: the intended day, today when empty or no date."""
        try:
            first = date.fromisoformat(planned[:10])
        except ValueError:
            first = now.date()
        first = max(first, now.date())
        return first.isoformat(), (first + timedelta(days=self.approval_days)).isoformat()

    def _end_of(self, now: datetime, days: int) -> str:
        day = self.calendar.after(now.date(), days)
        return datetime.combine(day, time(23, 59, 59), now.tzinfo).isoformat()


def rules_of(settings: str) -> UnitRules:
    """The rules in a unit's settings (JSON). Raises SettingsError naming the field and the cure."""
    try:
        table = json.loads(settings or "{}")
        levels = _levels(table.get("levels", [role.value for role in THREE_LEVELS]))
        by_category = {name: _levels(one) for name, one in table.get("levels_by_category", {}).items()}
        calendar = Calendar.of(table.get("holidays", ()), table.get("workdays", ()))
        days = {name: int(table.get(name, default)) for name, default in _DAYS.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise SettingsError(f"单位设置有误：{error}；日期写作 2031-05-01，审级写 2 到 4 个岗位") from None
    if min(days.values()) < 1:
        raise SettingsError("单位设置有误：时限至少为 1")
    return UnitRules(levels, by_category, **days, calendar=calendar)


_DAYS = {"review_days": 1, "outside_days": 10, "incident_hours": 24, "approval_days": 30}


def _levels(names: list[str]) -> tuple[Role, ...]:
    levels = tuple(Role(name) for name in names)
    if not 2 <= len(levels) <= 4 or not set(levels) <= _SIGNING:
        raise ValueError("审级应为 2 到 4 个审签岗位")
    return levels
