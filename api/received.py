"""A draft that has come in by a form: its file sealed in the vault, its declarations checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request

from api.errors import ProblemError
from api.upload import Upload, receive
from screening.bootstrap import House
from screening.checker import checked_basis
from screening.domain.account import Account
from screening.domain.errors import RefusedError, SettingsError
from screening.domain.record import CARRIERS, KINDS, Declaration
from screening.domain.review import Terms
from screening.review import access
from screening.review.assign import rules_of
from screening.review.intake import Received
from screening.store.books import new_id

_NONE = ("", "无", "没有")
_REQUIRED = {"title": "写明标题", "category": "选择类别", "carrier": "选择载体形式", "channel": "选择发布渠道",
             "audience": "写明受众", "publish_at": "写明拟发布时间", "source": "写明素材来源",
             "cites": "说明是否引用内部或涉密文件"}  # fmt: skip
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Draft:
    """What came in. key: the data key of the case, wrapped."""

    case_id: str
    key: bytes
    upload: Upload

    @property
    def values(self) -> dict[str, str]:
        """What was typed, to be shown again."""
        return {name: values[0] for name, values in self.upload.fields.items()}

    def one(self, name: str) -> str:
        """The value of a field, trimmed, or empty."""
        return self.upload.fields.get(name, [""])[0].strip()

    def received(self) -> Received:
        """The file. Raises ProblemError 422 when there is none."""
        if len(self.upload.files) != 1:
            raise ProblemError(422, "一次上传一个文件")
        file = self.upload.files[0]
        return Received(self.case_id, self.key, file.blob.id, file.blob.sha256, file.blob.size, file.filename)

    def forget(self, house: House) -> None:
        """Delete the files: nothing of them is filed."""
        for file in self.upload.files:
            house.store.vault.delete(file.blob.id)


async def into_vault(request: Request, house: House, limit: int, case_id: str = "", key: bytes = b"") -> Draft:
    """Read the upload into the vault, under the key of a case or of one to come. Raises as api.upload.receive does."""
    vault = house.store.vault
    case_id, key = case_id or new_id(), key or vault.new_key()
    upload = await receive(request, lambda _field, _name: vault.writer(key, f"{case_id}/draft"), limit)
    return Draft(case_id, key, upload)


def wrong_fields(draft: Draft, house: House, account: Account) -> dict[str, str]:
    """What is missing or wrong, field by field; empty when all is well."""
    errors = {name: words for name, words in _REQUIRED.items() if not draft.one(name)}
    errors |= {name: f"不超过 {_LONGEST} 字" for name, value in draft.values.items() if len(value) > _LONGEST}
    if len(draft.upload.files) != 1:
        errors["file"] = "选择一个稿件文件"
    elif not draft.upload.files[0].blob.size:
        errors["file"] = "文件是空的"
    if draft.one("channel") and draft.one("channel") not in house.screener.policy.channels:
        errors["channel"] = "选择发布渠道"
    if draft.one("category") and draft.one("category") not in KINDS:
        errors["category"] = "选择类别"
    if draft.one("carrier") and draft.one("carrier") not in CARRIERS:
        errors["carrier"] = "选择载体形式"
    if draft.one("cites") == "secret":
        errors["cites"] = "引用涉密文件的稿件不得进入本系统：请停下，当面联系保密审查员"
    return errors | _wrong_values(draft, house, account)


def _wrong_values(draft: Draft, house: House, account: Account) -> dict[str, str]:
    errors: dict[str, str] = {}
    if draft.one("publish_at"):
        try:
            date.fromisoformat(draft.one("publish_at"))
        except ValueError:
            errors["publish_at"] = "日期写作 2031-05-06"
    if not re.fullmatch(r"\d{0,4}", draft.one("picture_count")):
        errors["picture_count"] = "写图片张数"
    try:
        checked_basis(_basis(draft))
    except SettingsError:
        errors["release_basis"] = "查不到出处：写网址（https://…）或文号（如 云政发〔2031〕6号），没有就写“无”"
    try:
        _others(draft, house, account)
    except RefusedError as error:
        errors["contributors"] = str(error)
    return errors


def declaration_of(draft: Draft, house: House, account: Account) -> tuple[Declaration, Terms, Sequence[str]]:
    """The declaration, the terms that an approval will bind, the ids of co-authors."""
    declaration = Declaration(
        title=draft.one("title"),
        kind=draft.one("category"),
        carrier=draft.one("carrier"),
        classification="非密",
        sources=draft.one("source"),
        cites_internal=draft.one("cites") != "no",
        photo_author=draft.one("picture_author"),
        photo_count=int(draft.one("picture_count") or 0),
        channel=draft.one("channel"),
        audience=draft.one("audience"),
        planned_at=draft.one("publish_at"),
        release_basis=_basis(draft),
        summary=draft.one("summary"),
        contact=draft.one("contact"),
    )
    return declaration, terms_of(house, account, declaration), _others(draft, house, account)


def terms_of(house: House, account: Account, declaration: Declaration) -> Terms:
    """What an approval will bind: channel, audience, and the days by the rules of the author's unit."""
    with house.store.reading() as books:
        unit = books.people.unit(account.person.unit)
    first, last = rules_of(unit.settings if unit else "").window(declaration.planned_at, house.clock())
    return Terms(declaration.channel, declaration.audience, first, last)


def co_authors_of(house: House, author: Account, logins: Sequence[str]) -> list[str]:
    """Ids of the co-authors who sign in by these names. Raises RefusedError for one who may not take part."""
    with house.store.reading() as books:
        found = [books.people.by_login(login) if login.isprintable() else None for login in logins]
    fit = [one.id for one in found if one and access.writes_with(author, one)]
    if len(fit) != len(logins):
        raise RefusedError(access.NO_CO_AUTHOR)
    return fit


def _basis(draft: Draft) -> str:
    return "" if draft.one("release_basis") in _NONE else draft.one("release_basis")


def _others(draft: Draft, house: House, account: Account) -> list[str]:
    """Ids of the co-authors named by their sign-in names. Raises RefusedError for a name that nobody has."""
    names = [name for name in re.split(r"[，,、;；\s]+", draft.one("contributors")) if name]
    return co_authors_of(house, account, names)
