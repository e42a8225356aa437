"""Scans between the web and the desk: what was handed over as values, what is kept of a page that becomes a case."""

from contextlib import suppress
from dataclasses import replace

from fastapi import Request

from api.auth import SignedIn
from api.idempotency import store_for
from api.schemas.scans import FindingOfScanGiven, ScanGiven
from screening.batch.canonical import canonical
from screening.bootstrap import House, outcome_of
from screening.domain.account import Account
from screening.domain.document import BlockKind, Document, Provenance, Span
from screening.domain.errors import VaultError
from screening.domain.filing import Filing
from screening.domain.finding import Finding, Severity
from screening.domain.run import Run
from screening.domain.scan import Deviation, NotReadByScan, Scan, ScanFinding, ScanPage
from screening.pipeline import coverage_of
from screening.review.desk import Desk
from screening.review.scans import Evidence, ScanDesk
from screening.store.books import new_id
from screening.store.idempotency import Answer
from screening.store.runs import Kept, keep

_HIDDEN = "（带密级标志的网页，其他内容不保存）"


def scans_of(request: Request) -> ScanDesk:
    """The scans of this application."""
    house: House = request.app.state.house
    return ScanDesk(house.store, house.desk, house.clock, same)


def scans_for(request: Request, signed: SignedIn, said: str, answer: Answer) -> ScanDesk:
    """The same for one request: it acts once for a key."""
    house: House = request.app.state.house
    store = store_for(request, signed, said, answer)
    return ScanDesk(store, Desk(store, house.clock), house.clock, same)


def same(location: str) -> str:
    """The form under which an address is the same page; a path of a folder stays as it is."""
    if not location.startswith(("http://", "https://")):
        return location
    try:
        return canonical(location)
    except ValueError:  # brackets in the wrong place
        return location


def scan_of(given: ScanGiven) -> tuple[Scan, list[ScanPage]]:
    """What was handed over; pages that are the same are one. How one deviates from the register is a finding of it."""
    pages: dict[str, ScanPage] = {}
    for one in given.found:
        where = same(one.location)
        findings = tuple(_finding(found) for found in one.findings)
        page = pages.get(where) or ScanPage(0, where, one.title, one.sha256, one.column, one.owner, ())
        pages[where] = replace(page, findings=(*page.findings, *findings))
    deviations = tuple(Deviation(**one.model_dump() | {"location": same(one.location)}) for one in given.deviations)
    for told in deviations:
        if told.sha256 and told.location:
            page = pages.get(told.location) or ScanPage(0, told.location, told.title, told.sha256, "", "", ())
            pages[told.location] = replace(page, findings=(*page.findings, told.finding(given.finished)))
    scan = Scan(
        id=new_id(), unit="", by="", handed_at="", source=given.source, channel=given.channel,
        started=given.started, finished=given.finished, pages=given.pages, files=given.files,
        unread=given.unread, complete=given.complete, left_off=given.left_off, compared=given.compared,
        versions=given.versions.model_dump(),
        not_read=tuple(NotReadByScan(**one.model_dump()) for one in given.not_read),
        deviations=deviations,
    )  # fmt: skip
    return scan, list(pages.values())


def _finding(given: FindingOfScanGiven) -> ScanFinding:
    return ScanFinding(**given.model_dump() | {"severity": Severity[given.severity]})


def open_case(house: House, desk: ScanDesk, account: Account, scan: Scan, page: ScanPage, reason: str) -> Filing:
    """Open a page of a scan as a case, with its masked findings sealed beside it. Raises as ScanDesk.open_case."""
    vault = house.store.vault
    case_id, key = new_id(), vault.new_key()
    kept = _evidence(house, scan, page)
    blob = keep(vault, key, case_id, kept)
    outcome = outcome_of(kept.run, kept.document, blob)
    evidence = Evidence(case_id, key, blob, scan.channel, outcome.severity, len(outcome.findings), outcome.disposition,
                        outcome.summary)  # fmt: skip
    taken = False
    try:
        filing = desk.open_case(account, scan.id, page.number, reason, evidence)
        taken = filing.id == case_id
    finally:
        if not taken:
            with suppress(VaultError, OSError):  # the sweep finds what stays
                vault.delete(blob)
    return filing


def _evidence(house: House, scan: Scan, page: ScanPage) -> Kept:
    """The findings of a page in the shape of a screening: each masked value is a block of its own. The page itself is
    not here."""
    pieces = [(BlockKind.PARAGRAPH, one.masked or _HIDDEN, Provenance(detail=one.place)) for one in page.findings]
    document = Document.of_pieces(pieces, sha256=page.sha256, media_type="text/html", filename="网页")
    findings = tuple(
        Finding(one.rule_id, one.title, one.category, one.severity, Span(block.start, block.end), block.text,
                block.text, 1.0, one.message, one.advice, one.basis, one.place, visible=True,
                fingerprint=one.fingerprint)
        for one, block in zip(page.findings, document.blocks, strict=True)
    )  # fmt: skip
    coverage = coverage_of(document)
    decision = house.screener.policy.decide(findings, coverage, scan.channel)
    ruleset, model, policy = (scan.versions.get(name, "") for name in ("ruleset", "model", "policy"))
    run = Run(page.sha256, "网页", scan.channel, ruleset, model, policy, findings, coverage, decision)
    return Kept(run, document)
