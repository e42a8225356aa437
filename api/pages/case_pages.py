"""The case page: the draft with its findings in place, and what this person may do with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import SignedIn, current
from api.pages.choices import CHOICES
from api.pages.compare_pages import decided
from api.pages.document_view import view_of
from api.pages.draft_pages import progress
from api.pages.frame import frame, html
from api.pages.page_boxes import pictures_of
from api.pages.pictures import picture_of, sizes_of
from api.pages.queue_pages import beside
from api.pages.shown import categories, channels, due_label, house_of, results_of, takes_original, time_label
from screening.annotate import SUFFIXES
from screening.domain.account import Account
from screening.domain.decision import Disposition
from screening.domain.document import Document, Unread, UnreadReason
from screening.domain.errors import MissingError, RefusedError
from screening.domain.filing import Filing
from screening.domain.record import GROUNDS
from screening.domain.review import State, Step
from screening.domain.run import Coverage, Run
from screening.pipeline import coverage_of
from screening.review import access
from screening.review.turns import steps_for
from screening.store.runs import Kept

router = APIRouter(include_in_schema=False)
Signed = Annotated[SignedIn, Depends(current)]


@dataclass(frozen=True, slots=True)
class Signer:
    """One signature as it is shown."""

    level: str
    name: str
    at: str
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CaseShown:
    """The head of the case page. stage: what its forms are made for; takes_original: this person may have the
    file; found: where it was found published, when it began so; only masked findings of it are here."""

    id: str
    number: str
    title: str
    filename: str
    version: int
    latest: int
    state: str
    state_label: str
    stage: str
    can_annotate: bool
    takes_original: bool
    found: str
    channel_label: str
    due_label: str
    sha256: str
    audience: str
    first_day: str
    last_day: str
    disposition_label: str
    reasons: Sequence[str]
    signatures: Sequence[Signer]


@router.get("/cases/{case_id}")
def case_page(
    request: Request,
    signed: Signed,
    case_id: str,
    section: int = 1,
    version: int = 0,
    look: str = "text",
    back: str = "",
) -> Response:
    """The case; while it is being checked, the progress of that. back: the list from which somebody has come."""
    filing = house_of(request).desk.get(signed.account, case_id)
    if filing.case.state is State.SCREENING and not version:
        return progress(request, signed, filing)
    return show_case(request, signed, filing, section=section, version=version, look=look, back=back)


def show_case(
    request: Request,
    signed: SignedIn,
    filing: Filing,
    *,
    section: int = 1,
    version: int = 0,
    look: str = "text",
    back: str = "",
    error: str = "",
    typed: str = "",
    status: int = 200,
) -> Response:
    """The page of a case. error: why what was asked for was not done; typed: what was written there and not kept."""
    house, account = house_of(request), signed.account
    number = version or len(filing.uploads)
    if not 1 <= number <= len(filing.uploads):
        raise MissingError("没有这一版本")
    result = _result(request, account, filing, number)
    newest = number == len(filing.uploads)
    opened = {item for person, item in filing.case.opened if person == account.id} if newest else set()
    readable = access.reads(account, filing)
    words, reasons = _said(request, account, filing, number) if readable else ({}, {})
    view = view_of(result.document, result.run, words, opened, categories(house), reasons=reasons)
    steps = steps_for(account, filing) if newest else frozenset()
    can_decide = Step.RESOLVE in steps
    sizes = sizes_of(request, filing, number) if readable and filing.uploads[number - 1].media_type == _PDF else {}
    context = frame(request, signed, "稿件")
    given = {
        "case": _shown(request, account, filing, number, result.run),
        "view": view,
        "page": view.page(section),
        "look": "page" if look == "page" and sizes else "text",
        "pictures": pictures_of(result.document, result.run, sizes) if sizes else (),
        "choices": CHOICES,
        "actions": {step.value for step in steps},
        "can_decide": can_decide,
        "must_look": Step.SIGN in steps,
        "answered": filing.case.authority_agreed,
        "todo": todo_of(account, filing) if Step.SIGN in steps else [],
        "options": {"grounds": [(one, one) for one in GROUNDS], "authorities": []},
        "lock": _lock(request, filing, account) if can_decide else "",
        "notes": house.desk.notes(account, filing.id).get("", "") if readable else None,
        "error": error,
        "typed": typed,
        "mine": {item for item, said in filing.case.words.items() if said[-1].person == account.id},
        "queue": beside(request, account, filing.id, back) if back else None,
    }
    return html("case.html", context | given, status)


_PDF = "application/pdf"
_UNREAD = Unread("整个文件", UnreadReason.CRASHED, "三次读取都未完成")


def _said(
    request: Request, account: Account, filing: Filing, number: int
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What is decided on a version, and by whom and why. A grave finding on which one person alone has spoken is
    still open, to everybody but him."""
    said = decided(house_of(request).desk.entries(account, filing.id), number)
    with house_of(request).store.reading() as books:
        names = books.people.names({one.person for one in said})
    reasons = {one.item: f"{names.get(one.person, '')} {time_label(one.at)}：{one.reason}" for one in said}
    if number < len(filing.uploads):
        return {one.item: one.resolution.value for one in said}, reasons
    case, resolved = filing.case, filing.case.resolved
    own = {item for item, words in case.words.items() if account.id in {one.person for one in words}}
    shown = {item: words[-1].resolution.value for item, words in case.words.items() if item in resolved or item in own}
    return shown, reasons


def _result(request: Request, account: Account, filing: Filing, number: int) -> Kept:
    """The kept result; an empty one where nothing may be shown or nothing was kept."""
    try:
        if access.reads(account, filing):
            return results_of(request).of(filing, number)
    except RefusedError:
        pass
    upload = filing.uploads[number - 1]
    locked = filing.case.state in (State.QUARANTINED, State.INCIDENT) or filing.shredded
    document = Document(upload.sha256, upload.media_type, upload.filename, (), () if locked else (_UNREAD,))
    decision = house_of(request).screener.policy.decide((), coverage_of(document), filing.case.terms.channel)
    return Kept(Run(upload.sha256, upload.filename, filing.case.terms.channel, "", "", "", (),
                    coverage_of(document) if not locked else Coverage(0, 0, 0, 0, ()), decision), document)  # fmt: skip


def _shown(request: Request, account: Account, filing: Filing, number: int, run: Run) -> CaseShown:
    house, case, upload = house_of(request), filing.case, filing.uploads[number - 1]
    with house.store.reading() as books:
        names = books.people.names([one.person for one in case.signatures])
    level = case.state.label if case.state is not State.REVIEW else case.stage
    locked = case.state in (State.QUARANTINED, State.INCIDENT)
    return CaseShown(
        id=filing.id,
        number=filing.number,
        title=filing.declaration.title,
        filename=upload.filename,
        version=number,
        latest=len(filing.uploads),
        state=case.state.value,
        state_label=level,
        stage=filing.stage,
        can_annotate=upload.media_type in SUFFIXES,
        takes_original=takes_original(account, filing, number),
        found=_found_at(request, account, filing),
        channel_label=channels(house).get(case.terms.channel, case.terms.channel),
        due_label=due_label(filing, request.app.state.clock()),
        sha256=upload.sha256,
        audience=case.terms.audience,
        first_day=case.terms.first_day,
        last_day=case.terms.last_day,
        disposition_label=(Disposition(filing.disposition) if locked else run.decision.disposition).label,
        reasons=() if locked else run.decision.reasons,
        signatures=signers_of(filing, names),
    )


def _found_at(request: Request, account: Account, filing: Filing) -> str:
    if not filing.case.found:
        return ""
    entries = house_of(request).desk.entries(account, filing.id)
    return (
        next((one.words.get("url", "") for one in entries if one.step == Step.FOUND.value), "")
        or "（网址已随内容销毁）"
    )


def signers_of(filing: Filing, names: Mapping[str, str]) -> list[Signer]:
    """The signatures on the current version."""
    levels = filing.case.levels
    return [
        Signer(levels[one.level].stage, names.get(one.person, ""), time_label(one.at), one.reason, one.sha256)
        for one in filing.case.signatures
    ]


def todo_of(account: Account, filing: Filing) -> list[str]:
    """What is missing before this person can sign."""
    case, version = filing.case, filing.case.current
    if version is None:
        return []
    unseen = [item for item in version.to_open if (account.id, item) not in case.opened]
    resolved = case.resolved
    half = {item for item in version.grave if case.words.get(item) and item not in resolved}
    undone = version.findings - set(resolved) - half
    edits = [item for item, one in resolved.items() if one.edits]
    lines = [
        (len(undone), "处疑点还没有处理"),
        (len(half), "处严重疑点只有一人认定，须两人认定"),
        (len([item for item in unseen if item not in undone]), "处疑点、附件或未读内容还没有打开看过"),
        (len(edits), "处要求删改：不能签字，请退回撰稿人"),
    ]
    return [f"{count} {words}" for count, words in lines if count]


def _lock(request: Request, filing: Filing, account: Account) -> str:
    now: datetime = request.app.state.clock()
    if filing.locked_by in ("", account.id) or filing.locked_until <= now.isoformat():
        return ""
    with house_of(request).store.reading() as books:
        name = books.people.names([filing.locked_by]).get(filing.locked_by, "")
    return f"{name}正在审看这一稿件"


@router.get("/cases/{case_id}/pages/{number}.png")
def picture(request: Request, signed: Signed, case_id: str, number: int, version: int = 0) -> Response:
    """The picture of one page of a PDF."""
    filing = house_of(request).desk.content(signed.account, case_id)
    return Response(picture_of(request, filing, version or len(filing.uploads), number), media_type="image/png")


def equal_items(filing: Filing, item: str, run: Run) -> Collection[str]:
    """All findings of the same words as this one. Raises MissingError for an item that is none."""
    if filing.case.current is None or item not in filing.case.current.findings:
        raise MissingError("没有这一疑点")
    wanted = run.findings[int(item[1:])].fingerprint
    return [f"f{number}" for number, one in enumerate(run.findings) if one.fingerprint == wanted]
