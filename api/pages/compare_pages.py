"""Two versions side by side, and the decisions on the older one that may be taken over, one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api.auth import SignedIn, current
from api.csrf import Form, csrf_guard
from api.pages.choices import LABELS
from api.pages.frame import frame, html
from api.pages.shown import house_of, results_of, time_label
from screening.domain.account import Account
from screening.domain.errors import ConflictError
from screening.domain.filing import Entry, Filing
from screening.domain.finding import Finding
from screening.domain.review import Resolution, Step
from screening.review.carry import Carried, Change, Decided, carry, compare
from screening.review.desk import Order
from screening.review.turns import steps_for

router = APIRouter(include_in_schema=False)
Signed = Annotated[SignedIn, Depends(current)]
Sent = Annotated[Form, Depends(csrf_guard)]
_KINDS = {Change.SAME: "equal"}
TAKEN_OVER = "沿用上一版决定："


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One passage in both versions."""

    kind: str
    label: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A decision on the older version that may be taken over. item: of the newer one."""

    item: str
    severity: str
    severity_label: str
    title: str
    quote: str
    place: str
    decision: str
    reason: str
    by: str
    at: str


@router.get("/cases/{case_id}/compare")
def compare_page(
    request: Request, signed: Signed, case_id: str, to: int = 0, old: Annotated[int, Query(alias="from")] = 0
) -> Response:
    """The comparison; the last two versions unless others are named."""
    filing = house_of(request).desk.content(signed.account, case_id)
    right = to or len(filing.uploads)
    left = old or max(right - 1, 1)
    before, after = (results_of(request).of(filing, number) for number in (left, right))
    context = frame(request, signed, "比较版本") | {
        "case": {"id": filing.id, "title": filing.declaration.title, "sha256": filing.current.sha256},
        "versions": [(one.number, f"第 {one.number} 版") for one in filing.uploads],
        "left": left, "right": right,
        "rows": [CompareRow(_KINDS.get(one.change, one.change.value), one.change.label, one.left, one.right)
                 for one in compare(before.document, after.document)],
        "offered": [], "reopened": [], "unplaced": [], "can_accept": Step.RESOLVE in steps_for(signed.account, filing),
    }  # fmt: skip
    if left < right == len(filing.uploads):
        context |= _carried(request, signed.account, filing, left)
    return html("compare.html", context)


@router.post("/cases/{case_id}/decisions/offered")
def take_over(request: Request, signed: Signed, form: Sent, case_id: str) -> Response:
    """Decide one finding as it was decided on the older version. The person decides: it is his word from now on."""
    house = house_of(request)
    filing = house.desk.content(signed.account, case_id)
    left, item = _number(form.one("from"), len(filing.uploads) - 1), form.one("item")
    if form.one("sha256") != filing.current.sha256 or left < 1:
        raise ConflictError("稿件已有新版本：请刷新后重新决定")
    entries = house.desk.entries(signed.account, case_id)
    one = _offered(request, signed.account, filing, entries, left)[0].offered.get(item)
    if one is None:
        raise ConflictError("这一处已经决定，或不能沿用：请刷新")
    reason = f"{TAKEN_OVER}{one.reason.removeprefix(TAKEN_OVER)}"
    detail = {"basis": one.basis} if one.basis else {}
    order = Order(Step.RESOLVE, filing.stage, reason=reason, items=[item], resolution=one.resolution, detail=detail)
    house.desk.act(signed.account, case_id, order)
    return RedirectResponse(f"/cases/{case_id}/compare?from={left}&to={len(filing.uploads)}", 303)


def decided(entries: Sequence[Entry], version: int) -> list[Decided]:
    """What stands decided on a version: the last word on each finding that was not taken back."""
    said: dict[str, list[Entry]] = {}
    number = 0 if entries and entries[0].step == Step.UPLOAD.value else 1  # the first upload is the case itself
    for entry in entries:
        number += entry.step == Step.UPLOAD.value
        if number != version:
            continue
        words = said.setdefault(entry.item, [])
        if entry.step == Step.RESOLVE.value:
            words[:] = [*(one for one in words if one.person != entry.person), entry]
        elif entry.step == Step.UNDO.value and words:
            words.pop()
    return [_decided(words[-1]) for words in said.values() if words]


def _decided(entry: Entry) -> Decided:
    words = entry.words
    return Decided(entry.item, Resolution(entry.resolution), entry.person, entry.at, words.get("reason", ""),
                   words.get("basis", ""))  # fmt: skip


def _offered(
    request: Request, account: Account, filing: Filing, entries: Sequence[Entry], left: int
) -> tuple[Carried, dict[str, str]]:
    """What may be taken over, without what is decided; and what may not although its words stand, with the reason."""
    old, new = results_of(request).of(filing, left), results_of(request).of(filing)
    carried = carry(old.document, old.run.findings, decided(entries, left), new.document, new.run.findings)
    case, offered, reopened = filing.case, {}, dict.fromkeys(carried.reopened, "文字有改动，重新打开")
    for item, one in carried.offered.items():
        mine = any(word.person == account.id for word in case.words.get(item, ()))
        if one.resolution is Resolution.AUTHORITY_AGREES and not case.authority_agreed:
            reopened[item] = "书面同意只对上一版有效，须重新送审"
        elif item not in case.resolved and not mine:
            offered[item] = one
    open_again = {item: why for item, why in reopened.items() if item not in case.resolved}
    return replace(carried, offered=offered), open_again


def _carried(request: Request, account: Account, filing: Filing, left: int) -> dict[str, object]:
    house = house_of(request)
    entries = house.desk.entries(account, filing.id)
    carried, reopened = _offered(request, account, filing, entries, left)
    old, new = results_of(request).of(filing, left).run.findings, results_of(request).of(filing).run.findings
    with house.store.reading() as books:
        names = books.people.names(one.person for one in carried.offered.values())
    return {
        "offered": [_offer(item, one, new[int(item[1:])], names) for item, one in carried.offered.items()],
        "reopened": [(new[int(item[1:])].place, new[int(item[1:])].title, why) for item, why in reopened.items()],
        "unplaced": [
            (old[int(one.item[1:])].place, old[int(one.item[1:])].title, LABELS[one.resolution.value])
            for one in carried.unplaced
        ],
    }


def _offer(item: str, one: Decided, finding: Finding, names: Mapping[str, str]) -> Offer:
    severity = finding.severity
    return Offer(item, severity.name.lower(), severity.label, finding.title, finding.quote, finding.place,
                 LABELS[one.resolution.value], one.reason, names.get(one.person, ""), time_label(one.at))  # fmt: skip


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() else default
