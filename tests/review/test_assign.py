"""Which offices sign and until when, by the unit's own settings; settings that cannot be are named."""

import json
from datetime import datetime

import pytest

from screening.domain.errors import SettingsError
from screening.domain.people import Role
from screening.domain.review import THREE_LEVELS
from screening.review.assign import rules_of
from tests.review.office import CHINA, NOON

FOUR = ["department_reviewer", "secrecy_officer", "classification_officer", "approver"]
TWO = ["secrecy_officer", "approver"]


@pytest.mark.parametrize(
    ("categories", "levels"),
    [
        ([], TWO),
        (["unknown"], TWO),
        (["defence"], FOUR),
        (["photo"], TWO),
        (["photo", "defence"], FOUR),
    ],
)
def test_the_longest_way_of_any_category_counts(categories: list[str], levels: list[str]) -> None:
    """A draft goes by the unit's own levels, or the longer ones of a category found in it."""
    by_category = {"defence": FOUR, "photo": ["department_reviewer", "approver"]}
    rules = rules_of(json.dumps({"levels": TWO, "levels_by_category": by_category}))
    assert [role.value for role in rules.levels_for(categories)] == levels


def test_nothing_set_is_three_levels_and_one_day() -> None:
    """A unit without settings has the usual rule."""
    for settings in ("", "{}"):
        rules = rules_of(settings)
        assert (rules.levels, rules.review_days, rules.outside_days, rules.incident_hours) == (THREE_LEVELS, 1, 10, 24)


@pytest.mark.parametrize(
    ("begin", "review", "outside"),
    [
        ("2031-05-06T12:00:00", "2031-05-07", "2031-05-20"),  # Tuesday
        ("2031-05-09T12:00:00", "2031-05-13", "2031-05-23"),  # Friday before a Monday off
        ("2031-05-10T12:00:00", "2031-05-13", "2031-05-23"),  # Saturday
        ("2031-05-06T23:59:59", "2031-05-07", "2031-05-20"),
    ],
)
def test_time_limits_end_with_a_working_day(begin: str, review: str, outside: str) -> None:
    """The day itself does not count, nor do weekends and the unit's holidays; its exchanged days do."""
    rules = rules_of(json.dumps({"holidays": ["2031-05-12"], "workdays": ["2031-05-18"]}))
    now = datetime.fromisoformat(begin).replace(tzinfo=CHINA)
    assert rules.review_due(now) == f"{review}T23:59:59+08:00"
    assert rules.outside_due(now) == f"{outside}T23:59:59+08:00"


def test_an_incident_is_due_in_hours_not_in_working_days() -> None:
    """24 hours, or what a stricter unit sets."""
    assert rules_of("{}").incident_due(NOON) == "2031-05-07T12:00:00+08:00"
    assert rules_of('{"incident_hours": 8}').incident_due(NOON) == "2031-05-06T20:00:00+08:00"


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ("{", "JSON"),
        ("[]", "JSON"),
        ('{"levels": ["approver"]}', "levels"),
        ('{"levels": "approver"}', "levels"),
        ('{"levels": null}', "levels"),
        ('{"levels": ["author", "approver"]}', "levels"),
        ('{"levels": ["nobody", "approver"]}', "levels"),
        (json.dumps({"levels": [*FOUR, "approver"]}), "levels"),
        ('{"levels_by_category": {"defence": ["approver"]}}', "levels_by_category"),
        ('{"levels_by_category": []}', "levels_by_category"),
        ('{"review_days": 0}', "review_days"),
        ('{"review_days": "soon"}', "review_days"),
        ('{"outside_days": -1}', "outside_days"),
        ('{"incident_hours": null}', "incident_hours"),
        ('{"holidays": ["2031-02-30"]}', "holidays"),
        ('{"workdays": 5}', "workdays"),
        ('{"holidays": ["2031-05-01"], "workdays": ["2031-05-01"]}', "holidays"),
    ],
)
def test_a_wrong_setting_is_named(settings: str, named: str) -> None:
    """The message names the field, and the cure."""
    with pytest.raises(SettingsError, match=named) as caught:
        rules_of(settings)
    assert "2 到 4 个岗位" in str(caught.value) or "至少为 1" in str(caught.value) or "JSON" in str(caught.value)


def test_four_levels_may_have_the_classification_officer() -> None:
    """定密审核 between review and approval."""
    assert rules_of(json.dumps({"levels": FOUR})).levels[2] is Role.CLASSIFICATION_OFFICER
