"""Which offices sign a version, and until when: by the unit's own rules."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, TypeVar

from screening.domain.calendar import Calendar
from screening.domain.errors import SettingsError
from screening.domain.people import Role
from screening.domain.review import THREE_LEVELS

Kind = TypeVar("Kind")
_SIGNING = {Role.DEPARTMENT_REVIEWER, Role.SECRECY_OFFICER, Role.APPROVER, Role.CLASSIFICATION_OFFICER}


@dataclass(frozen=True, slots=True)
class UnitRules:
    """What a unit sets for itself.

    levels: offices that sign, in order; levels_by_category: the same for a category of findings, the longest one
    counts; review_days: working days for the whole review; outside_days: for an outside authority (domain rules,
    section 2, time limits); incident_hours: until the written report (保密法实施条例 61); approval_days: calendar days
    for which an approval holds from the planned day on; keep_days: calendar days for which the content of ended cases
    is kept, 0 for as long as the record.
    """

    levels: tuple[Role, ...] = THREE_LEVELS
    levels_by_category: Mapping[str, tuple[Role, ...]] = field(default_factory=dict)
    review_days: int = 1
    outside_days: int = 10
    incident_hours: int = 24
    approval_days: int = 30
    keep_days: int = 0
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
    except ValueError:
        table = None
    if not isinstance(table, dict):
        raise SettingsError('单位设置不是 JSON 对象；写作 {"levels": […], "review_days": 1}')
    days = {name: _field(table, name, partial(_days, least=min(default, 1)), default)
            for name, default in _DAYS.items()}  # fmt: skip
    days["keep_days"] = _field(table, "keep_days", _days_or_none, 0)
    off = _field(table, "holidays", Calendar.of, ()).holidays
    work = _field(table, "workdays", Calendar.of, ()).holidays
    return UnitRules(
        _field(table, "levels", _levels, THREE_LEVELS),
        _field(table, "levels_by_category", _by_category, {}),
        **days,
        calendar=_field(table, "holidays", lambda _: Calendar.of(off, work), ()),
    )


_DAYS = {"review_days": 1, "outside_days": 10, "incident_hours": 24, "approval_days": 30}
_CURE = "日期写作 2031-05-01，不得既放假又上班；审级写 2 到 4 个岗位；时限至少为 1，keep_days 可为 0"


def _field(table: Mapping[str, Any], name: str, read: Callable[[Any], Kind], default: Any) -> Kind:
    try:
        return read(table.get(name, default))
    except (ValueError, AttributeError, TypeError):
        raise SettingsError(f"单位设置 {name} 有误：{table.get(name)}；{_CURE}") from None


def _days(value: Any, least: int = 1) -> int:
    if int(value) < least:
        raise ValueError(value)
    return int(value)


def _days_or_none(value: Any) -> int:
    if int(value) < 0:
        raise ValueError(value)
    return int(value)


def _by_category(table: Mapping[str, Any]) -> dict[str, tuple[Role, ...]]:
    return {name: _levels(one) for name, one in table.items()}


def _levels(names: Sequence[str]) -> tuple[Role, ...]:
    levels = tuple(Role(name) for name in names)
    if not 2 <= len(levels) <= 4 or not set(levels) <= _SIGNING:
        raise ValueError(names)
    return levels
