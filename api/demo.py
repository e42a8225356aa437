"""The throw-away desk of `xianshen serve --demo`: invented people, drafts of the samples, no passwords.

Whoever opens the page picks whom he wants to be; that is why it lives in a temporary folder and is deleted at the end.
"""

from dataclasses import dataclass
from pathlib import Path

from screening.bootstrap import House
from screening.domain.account import Account
from screening.domain.people import Role
from screening.domain.record import Declaration
from screening.domain.review import Terms
from screening.review.assign import UnitRules
from screening.review.intake import Received
from screening.settings import shipped
from screening.store.books import new_id

UNIT = "云岭市融媒体中心（演示）"
_PEOPLE = (
    ("author", "安小禾", "新闻部", {Role.AUTHOR}),
    ("author2", "柏小满", "新闻部", {Role.AUTHOR}),
    ("head", "常一川", "新闻部", {Role.DEPARTMENT_REVIEWER}),
    ("head2", "陈二山", "新闻部", {Role.DEPARTMENT_REVIEWER}),  # a grave finding needs the word of two
    ("secrecy", "程远之", "保密办", {Role.SECRECY_OFFICER}),
    ("leader", "丁可为", "中心领导", {Role.APPROVER}),
    ("classifier", "杜若谷", "保密办", {Role.CLASSIFICATION_OFFICER}),
    ("publisher", "方晓舟", "编发室", {Role.PUBLISHER}),
    ("auditor", "顾长风", "纪检室", {Role.AUDITOR}),
    ("system", "韩系统", "技术部", {Role.SYSTEM_ADMINISTRATOR}),
    ("security", "何安全", "技术部", {Role.SECURITY_ADMINISTRATOR}),
    ("audit-admin", "贺审计", "技术部", {Role.AUDIT_ADMINISTRATOR}),
)
_DRAFTS = (
    ("clean-tea-festival.txt", "云岭春茶节开幕", "新闻稿件"),
    ("c16a-subsidy-list.docx", "补贴名单公示", "其他"),
    ("c18a-speech-tracked-changes.docx", "座谈会讲话摘登", "新闻稿件"),
    ("c14-urgent-notice.docx", "关于防汛工作的通知", "其他"),
    ("personal-postman-story.docx", "山路上的投递员", "新闻稿件"),
)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody whom a visitor of the demonstration may be."""

    account: Account
    office: str


def fill(house: House) -> None:
    """People, and drafts by the first author. They are screened like any other."""
    with house.store.writing() as books:
        unit = books.people.add_unit(UNIT)
        people = [
            books.people.add(unit.id, login, name, roles, department) for login, name, department, roles in _PEOPLE
        ]
    for filename, title, kind in _DRAFTS:
        _upload(house, people[0], shipped("samples/drafts") / filename, title, kind)


def guests(house: House) -> list[Guest]:
    """All people of the demonstration, in the order of the office."""
    order = [login for login, *_ in _PEOPLE]
    with house.store.reading() as books:
        accounts = [one for one in books.people.all() if one.login in order]
    accounts.sort(key=lambda one: order.index(one.login))
    return [Guest(one, "、".join(role.label for role in one.person.roles)) for one in accounts]


def _upload(house: House, author: Account, path: Path, title: str, kind: str) -> None:
    case_id, key = new_id(), house.store.vault.new_key()
    blob = house.store.vault.put(path.read_bytes(), key, f"{case_id}/draft")
    received = Received(case_id, key, blob.id, blob.sha256, blob.size, path.name)
    today, last = UnitRules().window("", house.clock())
    declaration = Declaration(title, kind, "非公文", "无密级", "本单位采写", cites_internal=False, photo_author="",
                              photo_count=0, channel="website", audience="社会公众", planned_at=today,
                              release_basis="", summary="演示稿件", contact="")  # fmt: skip
    house.intake.open(author, declaration, Terms("website", "社会公众", today, last), received)
