"""From a case and its entries to what stands on record: for the form, the register, the monthly summary."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from screening.domain.decision import Disposition
from screening.domain.filing import Entry, Filing
from screening.domain.finding import Severity
from screening.domain.people import Role
from screening.domain.record import (
    Attachment,
    CaseRecord,
    Hit,
    Opinion,
    Publication,
    Recall,
    Refusal,
    Screening,
    SentUp,
)
from screening.domain.review import Step
from screening.domain.run import Run

_CONCLUSIONS = {Step.SIGN: "同意公开", Step.RETURN: "退回修改", Step.REFUSE: "不予公开", Step.SEND_UP: "报外部审定"}


def record_of(
    filing: Filing,
    entries: Sequence[Entry],
    names: Mapping[str, str],
    unit: str,
    channel: str,
    run: Run | None = None,
    categories: Mapping[str, str] | None = None,
) -> CaseRecord:
    """The record of a case. names: by person; channel: as people call it; run: of the current version, for the table of
    hits; without one the counts of the upload's summary stand; categories: labels by id."""
    last = {step: [one for one in entries if one.step == step.value] for step in Step}
    return CaseRecord(
        number=filing.number,
        unit=unit,
        department=filing.department,
        author="" if filing.case.found else names.get(filing.author, ""),
        created_at=filing.created_at,
        state=filing.case.stage,
        declaration=replace(filing.declaration, channel=channel),
        sha256=filing.current.sha256,
        filename=filing.current.filename,
        size=filing.current.size,
        screening=_screening(filing, run, categories or {}),
        opinions=tuple(_opinion(filing, one, names) for one in entries if one.step in set(_CONCLUSIONS)),
        sent_up=_sent_up(last[Step.SEND_UP], last[Step.ANSWER]),
        refusal=_refusal(last[Step.REFUSE]),
        publication=_publication(last[Step.RELEASE], names),
        recall=_recall(last[Step.RECALL] or last[Step.FOUND], names),
        attachments=_attachments(run),
        text_sha256=filing.current.text_sha256,
        valid_from=filing.case.terms.first_day,
        valid_to=filing.case.terms.last_day,
    )


def _opinion(filing: Filing, entry: Entry, names: Mapping[str, str]) -> Opinion:
    levels = next((one.levels for one in filing.case.versions if one.sha256 == entry.sha256), filing.case.levels)
    office: Role = levels[min(entry.level, len(levels) - 1)]
    conclusion = _CONCLUSIONS[Step(entry.step)]
    reason = entry.words.get("reason", "")
    return Opinion(entry.level, office.label, names.get(entry.person, ""), entry.at, conclusion, reason)


def _screening(filing: Filing, run: Run | None, categories: Mapping[str, str]) -> Screening:
    summary = filing.current.summary
    severities = sorted(Severity, reverse=True)
    counts = {one.label: int(summary.get(f"S{4 - one}", 0)) for one in severities}
    resolved = filing.case.resolved
    hits = [
        Hit(categories.get(one.category, one.category), one.rule_id, one.title, one.place, one.severity.label,
            resolved[f"f{number}"].label if f"f{number}" in resolved else "")
        for number, one in enumerate(run.findings if run else ())
    ]  # fmt: skip
    highest = next((one.label for one in severities if int(summary.get(f"S{4 - one}", 0))), "")
    ruleset, model, policy = (str(summary.get(name, "")) for name in ("ruleset", "model", "policy"))
    disposition = Disposition(filing.disposition).label
    return Screening(ruleset, model, policy, disposition, counts, highest, filing.unread, tuple(hits))


def _sent_up(sent: Sequence[Entry], answers: Sequence[Entry]) -> SentUp | None:
    if not sent:
        return None
    asked, answer = sent[-1], answers[-1] if answers and answers[-1].number > sent[-1].number else None
    words = asked.words
    return SentUp(
        words.get("authority", ""),
        words.get("document_no", ""),
        asked.at,
        words.get("due", ""),
        answer.words.get("reason", "") if answer else "",
        answer.words.get("document_no", "") if answer else "",
        answer.at if answer else "",
    )


def _refusal(entries: Sequence[Entry]) -> Refusal | None:
    if not entries:
        return None
    words = entries[-1].words
    considered = words.get("partial_considered") == "yes"
    return Refusal(words.get("ground", ""), words.get("article", ""), considered, words.get("reason", ""))


def _publication(entries: Sequence[Entry], names: Mapping[str, str]) -> Publication | None:
    if not entries:
        return None
    return Publication(names.get(entries[-1].person, ""), entries[-1].at, entries[-1].words.get("url", ""))


def _recall(entries: Sequence[Entry], names: Mapping[str, str]) -> Recall | None:
    if not entries:
        return None
    words = entries[-1].words
    channels = tuple(part for part in words.get("channels", "").split("、") if part)
    by, reason, url = names.get(entries[-1].person, ""), words.get("reason", ""), words.get("url", "")
    return Recall(entries[-1].at, by, reason, channels, url)


def _attachments(run: Run | None) -> tuple[Attachment, ...]:
    """Files inside the draft are listed by the form only as a number; their names may tell what they hold."""
    count = run.coverage.attachments if run else 0
    return tuple(Attachment(f"附件{number}") for number in range(1, count + 1))
