"""Results of screening: what was read, what was decided, what was found. Values are masked unless asked for."""

from typing import Annotated

from fastapi import Path, Query, Request

from api.pages.shown import results_of
from api.routes.paging import Cursor, Limit, number_of
from api.routes.resource import CaseId, Reader, house_of, resource
from api.schemas.base import problems
from api.schemas.cases import Findings, FindingTold, RunTold
from screening.domain.errors import MissingError, RefusedError
from screening.domain.filing import Filing
from screening.domain.run import Run
from screening.report.shape import run_as_table

router = resource("runs")
Number = Annotated[int, Path(ge=1, le=100_000, description="第几个版本", examples=[1])]


@router.get("/drafts/{case_id}/runs/{number}", operation_id="getRun", summary="检查结果", responses=problems())
def get_run(request: Request, case_id: CaseId, number: Number, signed: Reader) -> RunTold:
    """一个版本的检查结果：规则、模型、策略的版本，读了多少，结论。"""
    _filing, run = _run(request, signed, case_id, number)
    table = run_as_table(run, show=False)
    same = {name: table[name] for name in ("document_sha256", "channel", "versions", "coverage", "decision", "score")}
    return RunTold(number=number, findings=len(run.findings), **same)


@router.get(
    "/drafts/{case_id}/runs/{number}/findings", operation_id="listFindings", summary="疑点", responses=problems()
)
def list_findings(
    request: Request, case_id: CaseId, number: Number, signed: Reader,
    show: Annotated[bool, Query(description="给出原文；默认遮盖")] = False,
    cursor: Cursor = None, limit: Limit = 100,
) -> Findings:  # fmt: skip
    """一个版本的疑点。要给出原文须 show=true。"""
    filing, run = _run(request, signed, case_id, number)
    first = number_of(cursor)
    resolved = filing.case.resolved if number == len(filing.uploads) else {}
    listed = run_as_table(run, show)["findings"][first : first + limit]
    items = [
        FindingTold(item=f"f{at}", resolution=resolved.get(f"f{at}", ""), **one) for at, one in enumerate(listed, first)
    ]
    behind = first + limit
    return Findings(items=items, next=str(behind) if behind < len(run.findings) else None)


def _run(request: Request, signed: Reader, case_id: str, number: int) -> tuple[Filing, Run]:
    """The case and the run. Raises MissingError when the version, or its result, is not there."""
    filing = house_of(request).desk.content(signed.account, case_id)
    try:
        return filing, results_of(request).of(filing, number).run
    except RefusedError as error:
        raise MissingError(str(error)) from None
