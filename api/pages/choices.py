"""What a reviewer may decide about a finding, in the words and with the keys of the desk."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision. `value` is a Resolution; `reason` is what is recorded when none is written, empty where the
    reviewer must write his own."""

    key: str
    value: str
    verb: str
    label: str
    consequence: str
    reason: str = ""


CHOICES = (
    Choice("1", "false_alarm", "放行", "误报", "原文保留；须写明为什么不是疑点"),
    Choice("2", "released_before", "放行", "有发布依据", "原文保留；须写明公开出处或文号"),
    Choice("3", "deleted", "删改", "删除", "由撰稿人删去这一处，改后重查", "按规则提示删除"),
    Choice("4", "reworded", "删改", "改写", "由撰稿人改写这一处，改后重查", "按规则提示改写"),
    Choice("5", "masked", "删改", "脱敏", "由撰稿人遮去关键部分，改后重查", "按规则提示脱敏"),
    Choice("6", "authority_agrees", "上报", "送审同意", "外部机关书面同意公开；须写明文号"),
)
LABELS: Mapping[str, str] = {choice.value: f"{choice.verb}·{choice.label}" for choice in CHOICES}
