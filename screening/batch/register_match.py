"""What is published against what was approved: every deviation named, none invented.

A page is matched to its approval by its bytes, its text, its address or its title. Where the approved file lies beside
the register, the texts are compared line by line (hashes of shingles); where nothing can be compared, nothing is said.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.batch.canonical import canonical
from screening.batch.ledger import Entry
from screening.batch.pages import PageKind
from screening.batch.shingles import share
from screening.domain.errors import SettingsError
from screening.domain.people import Role
from screening.domain.review import State
from screening.domain.scan import Deviation
from screening.text.normalise import normal

_ADDED = 4  # hashes: what a line of 25 characters that the approved text lacks has at the very least
_EXACT = 0.999  # of the approved lines stand on the page
_LOOSE = 0.6  # for files whose lines are not those of the page, such as PDF
_STATES = {state.label: state.value for state in State} | {state.value: state.value for state in State}
_STATES |= {role.stage: State.REVIEW.value for role in Role}  # a case that is signed is told by its level
_APPROVED = (State.APPROVED.value, State.RELEASED.value)

LABELS = {
    "unapproved": ("未经批准发布", "补办审批；批准前先撤下"),
    "text_differs": ("内容与批准稿不同", "与批准稿核对：改回，或把改动重新送审"),
    "expired": ("批准已过期", "撤下，或重新申请公开期限"),
    "not_yet": ("早于批准的公开时间", "先撤下，到批准的时间再发布"),
    "recalled": ("已撤回，网上仍有", "立即撤下，并清理搜索快照和转载"),
    "other_channel": ("批准的不是本渠道", "补办本渠道的审批；批准前先撤下"),
    "not_found": ("已批准发布，网上没有", "查明是漏发、被删改还是网址登记有误"),
}


@dataclass(frozen=True, slots=True)
class Approval:
    """One row of a register. valid_from, valid_to: days, empty when not limited; hashes: of the approved text, empty
    when it is not at hand; exact: its lines are those of a page."""

    number: str
    title: str
    sha256: str = ""
    text_sha256: str = ""
    channel: str = ""
    valid_from: str = ""
    valid_to: str = ""
    url: str = ""
    state: str = State.RELEASED.value
    department: str = ""
    hashes: frozenset[int] = frozenset()
    exact: bool = True


HashesOf = Callable[[Path], tuple[frozenset[int], bool]]


def load(path: Path, hashes_of: HashesOf) -> tuple[Approval, ...]:
    """The approvals of an export: JSON of /api/v1/register, a list, or JSON lines. A row may name its approved `file`,
    beside the export. Raises SettingsError naming the file, the row and the cure."""
    try:
        words = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: 读不到登记簿导出（{type(error).__name__}）；应为 UTF-8 的 JSON 或 JSON 行"
        ) from None
    return tuple(_approval(path, at, row, hashes_of) for at, row in enumerate(_rows(path, words), 1))


def of_rows(where: str, rows: Iterable[Any]) -> tuple[Approval, ...]:
    """The approvals of the register at this address. Nothing there can name a file of ours."""
    plain = (
        {name: one for name, one in row.items() if name != "file"} if isinstance(row, dict) else row for row in rows
    )
    return tuple(_approval(where, at, row, None) for at, row in enumerate(plain, 1))


def _rows(path: Path, words: str) -> list[Any]:
    try:
        table = json.loads(words)
    except ValueError:
        table = None
    if isinstance(table, dict) and isinstance(table.get("items"), list):
        if table.get("next"):
            raise SettingsError(f"{path}: 只导出了一页登记簿（还有 next）；取全各页合成一个文件，否则会误报未经批准")
        return list(table["items"])
    if isinstance(table, list):
        return table
    try:
        return [json.loads(line) for line in words.splitlines() if line.strip()]
    except ValueError:
        raise SettingsError(f"{path}: 不是登记簿导出；用 /api/v1/register 的 JSON，或每行一条的 JSON") from None


def _approval(path: Path | str, at: int, row: Any, hashes_of: HashesOf | None) -> Approval:
    if not isinstance(row, dict) or not row.get("number"):
        raise SettingsError(f"{path}: 第{at}条没有登记编号 number")
    told = {name: str(row.get(name) or "") for name in ("number", "title", "sha256", "text_sha256", "channel",
                                                        "valid_from", "valid_to", "url", "department")}  # fmt: skip
    state = _STATES.get(str(row.get("state") or State.RELEASED.value), "")
    if not state:
        raise SettingsError(f"{path}: 第{at}条的状态 state 不认识；可用：{'、'.join(one.label for one in State)}")
    if row.get("recalled_at"):
        state = State.RECALLED.value
    for name in ("valid_from", "valid_to"):
        told[name] = _day(path, at, name, told[name])
    hashes, exact = frozenset[int](), True
    if row.get("file") and hashes_of and isinstance(path, Path):
        hashes, exact = _beside(path, at, str(row["file"]), hashes_of)
    return Approval(**told, state=state, hashes=hashes, exact=exact)


def _day(path: Path | str, at: int, name: str, words: str) -> str:
    try:
        return dt.date.fromisoformat(words[:10]).isoformat() if words else ""
    except ValueError:
        raise SettingsError(f"{path}: 第{at}条的 {name} 应写作 2031-05-06") from None


def _beside(path: Path, at: int, name: str, hashes_of: HashesOf) -> tuple[frozenset[int], bool]:
    """The approved file, in the folder of the export or below it."""
    file = (path.parent / name).resolve()
    if not file.is_relative_to(path.parent.resolve()) or not file.is_file():
        raise SettingsError(f"{path}: 第{at}条的批准稿 {name} 不在登记簿导出所在的文件夹内")
    return hashes_of(file)


class Register:
    """Approvals, to be looked up by what a page shows of itself. channels: ids and names that mean the channel of this
    scan."""

    def __init__(self, approvals: Sequence[Approval], channels: frozenset[str], today: dt.date) -> None:
        self._approvals, self._channels, self._today = approvals, channels, today.isoformat()
        self._by: dict[str, dict[str, list[Approval]]] = {"sha256": {}, "text_sha256": {}, "url": {}, "title": {}}
        for one in approvals:
            for name, value in (("sha256", one.sha256), ("text_sha256", one.text_sha256),
                                ("url", _address(one.url)), ("title", _bare(one.title))):  # fmt: skip
                if value:
                    self._by[name].setdefault(value, []).append(one)
        self._met: set[str] = set()

    def approval_of(self, entry: Entry) -> Approval | None:
        """The approval that this item goes by, the surest first; of several the one that lets it stand."""
        keys = (("sha256", entry.sha256), ("text_sha256", entry.text_sha256),
                ("url", _address(entry.location)), ("title", _bare(entry.title)))  # fmt: skip
        for name, value in keys:
            found = self._by[name].get(value, ()) if value else ()
            if found:
                return min(found, key=lambda one: (self._trouble(one) != "", one.number))
        return None

    def _trouble(self, one: Approval) -> str:
        """Why an approval does not let anything stand here and today; empty when it does."""
        if one.state in (State.RECALLED.value, State.VOIDED.value):
            return "recalled" if one.state == State.RECALLED.value else "unapproved"
        if one.state not in _APPROVED:
            return "unapproved"
        if one.channel and one.channel not in self._channels:
            return "other_channel"
        if one.valid_to and self._today > one.valid_to:
            return "expired"
        return "not_yet" if one.valid_from and self._today < one.valid_from else ""

    def check(self, entry: Entry, hashes: frozenset[int]) -> Deviation | None:
        """How this item deviates, if it does."""
        if not is_published(entry):
            return None
        one = self.approval_of(entry)
        if one is None:
            return _deviation("unapproved", entry, None, "登记簿中没有这一页（按内容、网址、标题都对不上）")
        self._met.add(one.number)
        trouble = self._trouble(one)
        if trouble:
            return _deviation(trouble, entry, one, self._why(trouble, one))
        difference = _difference(entry, one, hashes)
        return _deviation("text_differs", entry, one, difference) if difference else None

    def _why(self, trouble: str, one: Approval) -> str:
        period = f"批准期限 {one.valid_from or '不限'} 至 {one.valid_to or '不限'}"
        return {
            "recalled": "登记簿上已撤回",
            "unapproved": f"登记簿上的状态是“{State(one.state).label}”",
            "other_channel": f"批准的渠道是“{one.channel}”",
        }.get(trouble, period)

    def not_found(self) -> list[Deviation]:
        """Approvals in force for this channel that say they were published, and that no item was matched to."""
        missing = []
        for one in self._approvals:
            expected = one.state == State.RELEASED.value and not self._trouble(one)
            if expected and one.number not in self._met:
                label, advice = LABELS["not_found"]
                detail = "按内容、网址、标题都没有找到"
                missing.append(Deviation("not_found", label, one.url, one.number, one.title, detail, advice))
        return missing


def is_published(entry: Entry) -> bool:
    """Whether the register must know of it: an article or a document, not a list of links, a picture, or a copy."""
    if entry.fault or entry.state == "gone" or entry.duplicate_of or entry.kind == PageKind.LIST.value:
        return False
    return bool(entry.characters) and not entry.media_type.startswith("image/")


def _difference(entry: Entry, one: Approval, hashes: frozenset[int]) -> str:
    """How the text differs from what was approved; empty when it does not, or when nobody can tell."""
    if (one.sha256 and one.sha256 == entry.sha256) or (one.text_sha256 and one.text_sha256 == entry.text_sha256):
        return ""
    if not one.hashes:
        file = entry.kind == PageKind.FILE.value and (one.sha256 or one.text_sha256)
        return "文件与批准的不是同一份（摘要不同）" if file else ""
    there = share(one.hashes, hashes)
    if there < (_EXACT if one.exact else _LOOSE):
        return f"批准稿的内容只有 {min(there, 0.99):.0%} 原样出现在网上"
    added = len(hashes - one.hashes)
    return "网上有批准稿没有的内容" if one.exact and added >= _ADDED else ""


def _deviation(kind: str, entry: Entry, one: Approval | None, detail: str) -> Deviation:
    label, advice = LABELS[kind]
    number = one.number if one else ""
    title = one.title if one else entry.title
    return Deviation(kind, label, entry.location, number, title, detail, advice, entry.sha256)


def _address(url: str) -> str:
    return canonical(url) if url.startswith(("http://", "https://")) else ""


def _bare(title: str) -> str:
    return "".join(one for one in normal(title) if one.isalnum())


def deviations(
    register: Register, entries: Iterable[Entry], hashes: Mapping[str, tuple[int, ...]]
) -> tuple[list[Deviation], dict[str, str]]:
    """All deviations, and who answers for which location. hashes: by location."""
    found, owners = [], {}
    for entry in entries:
        deviation = register.check(entry, frozenset(hashes.get(entry.location, ())))
        if deviation:
            found.append(deviation)
        approval = register.approval_of(entry)
        if approval and approval.department:
            owners[entry.location] = approval.department
    return [*found, *register.not_found()], owners
