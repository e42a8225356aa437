"""What follows from the findings: Disposition and Decision."""

from dataclasses import dataclass
from enum import IntEnum


class Disposition(IntEnum):
    """What must happen before release, from low to high. None of them says "may be published"."""

    CLEAR = 0
    WARN = 1
    REDACT = 2
    HOLD = 3
    REFER = 4
    BLOCK = 5
    QUARANTINE = 6

    @property
    def label(self) -> str:
        """The Chinese word with its consequence."""
        return _LABELS[self]


_LABELS = {
    Disposition.CLEAR: "未发现疑点（仍须审批）",
    Disposition.WARN: "提示：请核对后再送审",
    Disposition.REDACT: "须脱敏或改写，改后重查",
    Disposition.HOLD: "须领导审批决定",
    Disposition.REFER: "须送审：由外部主管机关出具书面意见",
    Disposition.BLOCK: "不得发布：须修改，或有书面依据方可解除",
    Disposition.QUARANTINE: "立即停止处理，报告保密员（疑有国家秘密标志）",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The disposition of a run, why, and who has to sign (office names, in signing order)."""

    disposition: Disposition
    reasons: tuple[str, ...]
    sign_offs: tuple[str, ...]
