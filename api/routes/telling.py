"""Cases as programs see them: what this person may know, and no more."""

from collections.abc import Iterable, Sequence

from api.routes.conditions import etag_of
from api.schemas.cases import Bound, CaseRow, CaseTold, Declared, DraftTold, EntryTold, SignedTold, VersionTold
from screening.bootstrap import House
from screening.domain.account import Account
from screening.domain.filing import Entry, Filing, Upload
from screening.domain.review import Step
from screening.review import access
from screening.review.turns import steps_for, waits_for
from screening.store.cases import GONE

_DECLARED = tuple(Declared.model_fields)
_SEVERITIES = ("S0", "S1", "S2", "S3")


def row_of(filing: Filing) -> CaseRow:
    """A case in a list."""
    return CaseRow.model_validate(_row(filing))


def draft_of(filing: Filing, account: Account) -> DraftTold:
    """A case as its author sees it."""
    return DraftTold.model_validate(_draft(filing, account))


def case_of(house: House, filing: Filing, account: Account) -> CaseTold:
    """A case as this person sees it, who knows of it."""
    case, me = filing.case, account.id
    people = {filing.author, filing.locked_by, *case.contributors, *(one.person for one in case.signatures)}
    with house.store.reading() as books:
        names = books.people.names(people)
    signatures = [
        SignedTold(level=one.level, office=case.levels[one.level].label, name=names.get(one.person, ""),
                   sha256=one.sha256, at=one.at) for one in case.signatures
    ]  # fmt: skip
    return CaseTold.model_validate(_draft(filing, account) | {
        "author": "" if case.found else names.get(filing.author, ""),
        "contributors": sorted(names.get(one, "") for one in case.contributors),
        "offices": [office.label for office in case.levels],
        "signatures": signatures,
        "to_open": _in_order(case.current.to_open if case.current else ()),
        "opened": _in_order(item for person, item in case.opened if person == me),
        "resolved": dict(case.resolved),
        "steps": sorted(steps_for(account, filing)),
        "waits_for_me": waits_for(account, filing),
        "locked_by": names.get(filing.locked_by, ""),
        "locked_until": filing.locked_until,
    })  # fmt: skip


def entries_of(house: House, filing: Filing, account: Account, entries: Sequence[Entry]) -> list[EntryTold]:
    """The record as this person may read it: of what is locked, its contributors read no words."""
    with house.store.reading() as books:
        names = books.people.names({one.person for one in entries})
    worded = access.reads(account, filing) or account.id not in filing.case.contributors
    return [
        EntryTold(number=one.number, step=Step(one.step), step_label=Step(one.step).label,
                  name=names.get(one.person, "系统"), sha256=one.sha256, at=one.at, level=one.level, item=one.item,
                  resolution=one.resolution, words=dict(one.words) if worded else {})
        for one in entries
    ]  # fmt: skip


def _row(filing: Filing) -> dict[str, object]:
    case = filing.case
    same = ("id", "number", "stage", "department", "severity", "findings", "unread", "created_at", "updated_at",
            "due_at")  # fmt: skip
    return {name: getattr(filing, name) for name in same} | {
        "title": GONE if filing.shredded else filing.declaration.title,
        "state": case.state,
        "state_label": case.stage,
        "level": case.level,
        "channel": case.terms.channel,
        "open": max(filing.findings - len(case.resolved), 0),
        "etag": etag_of(filing),
    }


def _draft(filing: Filing, account: Account) -> dict[str, object]:
    readable = access.reads(account, filing)
    declared = {name: getattr(filing.declaration, name) for name in _DECLARED}
    terms = filing.case.terms
    return _row(filing) | {
        "declaration": Declared.model_validate(declared) if readable else None,
        "terms": Bound(channel=terms.channel, audience=terms.audience, first_day=terms.first_day,
                       last_day=terms.last_day),
        "versions": [_version(filing, upload, readable=readable) for upload in filing.uploads],
    }  # fmt: skip


def _version(filing: Filing, upload: Upload, *, readable: bool) -> VersionTold:
    kept = bool(upload.result) and readable
    return VersionTold(
        number=upload.number,
        sha256=upload.sha256,
        size=upload.size,
        filename=upload.filename if readable else "",
        media_type=upload.media_type,
        at=upload.at,
        screened=filing.case.versions[upload.number - 1].screened,
        counts={name: int(upload.summary.get(name, 0)) for name in _SEVERITIES},
        run=f"/api/v1/drafts/{filing.id}/runs/{upload.number}" if kept else "",
    )


def _in_order(items: Iterable[str]) -> list[str]:
    """Items by kind and number: f2 before f10."""
    return sorted(items, key=lambda item: (item[0], int(item[1:])))
