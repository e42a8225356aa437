"""The printable form and the certificate of a case."""

import json
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import SignedIn, current, now_of
from api.pages.case_pages import signers_of
from api.pages.downloads import DOCX, JSON, PEM, download
from api.pages.frame import frame, html
from api.pages.shown import categories, channels, house_of, results_of, time_label
from screening.bootstrap import certificate_of
from screening.domain.account import Unit
from screening.domain.certificate import Certificate, CertificateError, check, from_json
from screening.domain.errors import RefusedError, SettingsError
from screening.domain.filing import Filing
from screening.domain.record import CaseRecord
from screening.domain.run import Run
from screening.report.approval_form import approval_form, form_rows
from screening.review.records import record_of

router = APIRouter(include_in_schema=False)
Signed = Annotated[SignedIn, Depends(current)]


@router.get("/cases/{case_id}/form")
def form_page(request: Request, signed: Signed, case_id: str, print: int = 0) -> Response:  # noqa: A002 - its name in the address
    """The form, to read or to print."""
    filing = house_of(request).desk.content(signed.account, case_id)
    rows = form_rows(_record(request, signed, filing))
    context = frame(request, signed, "审批表") | {"case": _head(filing), "rows": rows}
    if print:
        return html("print.html", context)
    with house_of(request).store.reading() as books:
        names = books.people.names(one.person for one in filing.case.signatures)
    return html("approval.html", context | {"signatures": signers_of(filing, names)})


@router.get("/cases/{case_id}/form.docx")
def form_file(request: Request, signed: Signed, case_id: str) -> Response:
    """The form as a Word file, in the unit's own template if it has set one."""
    filing = house_of(request).desk.content(signed.account, case_id)
    template = _template(_unit(request, filing))
    word = approval_form(_record(request, signed, filing), template)
    return download(word, DOCX, f"审批表-{filing.number}.docx")


@router.get("/cases/{case_id}/certificate")
def certificate_page(request: Request, signed: Signed, case_id: str) -> Response:
    """The certificate, and whether it holds today."""
    filing = house_of(request).desk.content(signed.account, case_id)
    certificate, _, key_id = from_json(_certificate(request, filing))
    channel = channels(house_of(request)).get(certificate.channel, certificate.channel)
    at = now_of(request).isoformat()
    wrong = check(certificate, filing.current.sha256, filing.case.terms.channel, at)
    window = f"{certificate.valid_from} 至 {certificate.valid_to}"
    context = frame(request, signed, "审批证书") | {
        "case": _head(filing), "rows": _rows(filing, certificate, channel, window, key_id), "valid": not wrong,
        "words": "；".join(wrong) or f"审批有效：{channel}，{window}。",
    }  # fmt: skip
    return html("certificate.html", context)


@router.get("/cases/{case_id}/certificate.json")
def certificate_file(request: Request, signed: Signed, case_id: str) -> Response:
    """The certificate as a file, for `xianshen verify`."""
    filing = house_of(request).desk.content(signed.account, case_id)
    return download(_certificate(request, filing), JSON, f"审批证书-{filing.number}-{filing.current.number}.json")


@router.get("/certificates/key.pem")
def public_key(request: Request, _signed: Signed) -> Response:
    """The public key of the certificates; to be compared by its fingerprint on another way."""
    return download(house_of(request).store.keys.public_pem, PEM, "xianshen-public.pem")


def _record(request: Request, signed: SignedIn, filing: Filing) -> CaseRecord:
    house = house_of(request)
    entries = house.desk.entries(signed.account, filing.id)
    unit, channel = _unit(request, filing), filing.case.terms.channel
    with house.store.reading() as books:
        names = books.people.names({filing.author, *(one.person for one in entries)})
    return record_of(filing, entries, names, unit.name, channels(house).get(channel, channel),
                     _run(request, filing), categories(house))  # fmt: skip


def _run(request: Request, filing: Filing) -> Run | None:
    try:
        return results_of(request).of(filing).run
    except RefusedError:  # it could not be screened, or is being screened: the form says so
        return None


def _unit(request: Request, filing: Filing) -> Unit:
    with house_of(request).store.reading() as books:
        return books.people.unit(filing.unit) or Unit(filing.unit, "")


def _template(unit: Unit) -> bytes | None:
    """The unit's own form. Raises SettingsError, naming the cure, for one that cannot be read."""
    path = json.loads(unit.settings or "{}").get("form_template")
    if not path:
        return None
    try:
        return Path(str(path)).read_bytes()
    except OSError:
        raise SettingsError("本单位的审批表模板读不到：请系统管理员检查单位设置 form_template 所指的文件") from None


def _certificate(request: Request, filing: Filing) -> str:
    """The signed certificate. Raises RefusedError when there is none, or the approval has no window."""
    house = house_of(request)
    with house.store.reading() as books:
        names = books.people.names(one.person for one in filing.case.signatures)
    try:
        return certificate_of(house, filing, _unit(request, filing).name, names)
    except CertificateError as error:
        raise RefusedError(f"不能出具证书：{error}") from None


def _head(filing: Filing) -> dict[str, str]:
    case = filing.case
    return {"id": filing.id, "title": filing.declaration.title, "state": case.state.value, "state_label": case.stage}


def _rows(filing: Filing, certificate: Certificate, channel: str, window: str, key_id: str) -> list[tuple[str, str]]:
    signed = "\n".join(f"{one.office}　{one.name}　{time_label(one.at, kept=True)}" for one in certificate.signatures)
    return [
        ("证书编号", certificate.id),
        ("单位", certificate.unit),
        ("标题", filing.declaration.title),
        ("文件", f"{certificate.filename}，{certificate.size} 字节"),
        ("文件 SHA-256", certificate.sha256),
        ("渠道", channel),
        ("受众", certificate.audience),
        ("有效期", window),
        ("签字", signed),
        ("批准时间", time_label(certificate.approved_at, kept=True)),
        ("发布依据", certificate.release_basis or "无"),
        ("规则库", certificate.ruleset_version),
        ("公钥指纹", key_id),
    ]
