"""Who may take part: persons and the roles that they hold in their unit."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may be in a unit. The three administrators never see a draft, and never hold another role."""

    AUTHOR = "author"
    DEPARTMENT_REVIEWER = "department_reviewer"
    SECRECY_OFFICER = "secrecy_officer"
    APPROVER = "approver"
    CLASSIFICATION_OFFICER = "classification_officer"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _LABELS[self]

    @property
    def stage(self) -> str:
        """What the review is called while a case lies with this office."""
        return _STAGES.get(self, "审签中")


_LABELS = {
    Role.AUTHOR: "撰稿人",
    Role.DEPARTMENT_REVIEWER: "部门负责人（初审）",
    Role.SECRECY_OFFICER: "保密审查员（复审）",
    Role.APPROVER: "分管领导（审批）",
    Role.CLASSIFICATION_OFFICER: "定密责任人",
    Role.PUBLISHER: "发布人",
    Role.AUDITOR: "审计员",
    Role.SYSTEM_ADMINISTRATOR: "系统管理员",
    Role.SECURITY_ADMINISTRATOR: "安全管理员",
    Role.AUDIT_ADMINISTRATOR: "审计管理员",
}
_STAGES = {
    Role.DEPARTMENT_REVIEWER: "初审",
    Role.SECRECY_OFFICER: "复审",
    Role.CLASSIFICATION_OFFICER: "定密审核",
    Role.APPROVER: "审批",
}
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a unit. `id` is stable and says nothing; roles: administrators have exactly one."""

    id: str
    unit: str
    roles: frozenset[Role]

    def __post_init__(self) -> None:
        if self.roles & ADMINISTRATORS and len(self.roles) > 1:
            raise ValueError(f"{self.id}: an administrator holds no other role")
