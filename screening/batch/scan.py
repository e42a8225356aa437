"""A scan: items of a source through the ledger to the workers and back. Any point of it may be the last; the next run
goes on from there."""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

from screening.batch.item import CUT, Fault, Item, Source
from screening.batch.judge import JudgeSettings, judge_all, outlines
from screening.batch.ledger import Ledger
from screening.batch.ledger_run import LedgerRun, Standing
from screening.batch.pages import REPEATED_ON, SAMPLE, repeated
from screening.batch.pool import Runner
from screening.batch.progress import Progress
from screening.extract.limits import MIB
from screening.extract.sniff import HTML, sniff

_HEAD_ITEMS, _HEAD_BYTES = 400, 32 * MIB  # looked at, and held, to learn what repeats


@dataclass(slots=True)
class _Passage:
    """What a pass over the source came to: how many items were taken, and whether it was cut short."""

    taken: int = 0
    cut: bool = field(default=False)


def scan(
    source: Source,
    ledger: Ledger,
    runner: Runner,
    settings: JudgeSettings,
    progress: Progress,
    *,
    resume: bool = False,
    limit: int = 0,
) -> int:
    """Scan a source to its end, or to `limit` items; the number of the run in the ledger.

    Raises what the source raises, and SettingsError where workers run by other rules.
    """
    stamp = settings.versions.stamp(settings.channel)
    about = {"channel": settings.channel, "ruleset": settings.versions.ruleset, "limit": limit}
    progress.expected = ledger.expected(source.name)
    run = ledger.begin(source.name, stamp, about, resume=resume)
    passage = _Passage()
    items = source.items()
    try:
        furniture, whole = _furniture(items, ledger, run, runner, settings, stamp)
        work = partial(judge_all, with_=replace(settings, furniture=furniture))
        for answer in runner.run(work, _needed(whole, run, progress, passage, limit)):
            if answer.value is None:
                run.fault(answer.item, Fault.CRASHED, answer.trouble)
                progress.faulty(answer.item)
            else:
                run.store(answer.item, answer.value)
                progress.judged(answer.value)
        run.finish(complete=not passage.cut)
    finally:
        run.flush()
        with contextlib.suppress(ValueError):  # a source that is just being read ends by itself
            items.close() if hasattr(items, "close") else None
        progress.end()
    return run.number


def _needed(items: Iterable[Item], run: LedgerRun, progress: Progress, passage: _Passage, limit: int) -> Iterator[Item]:
    """The items that must be read; all others are entered in the ledger on the way."""
    for item in items:
        if limit and passage.taken >= limit:
            passage.cut = True
            return
        passage.taken += 1
        passage.cut = passage.cut or item.fault in CUT
        if item.fault is not None:
            run.fault(item, item.fault)
            progress.faulty(item)
            continue
        standing = run.standing(item)
        if standing is Standing.NEEDED and item.duplicate_of:
            run.duplicate(item)
        elif standing is Standing.NEEDED:
            yield item
            continue
        elif standing is Standing.UNCHANGED:
            run.touch(item)
        progress.unchanged(item)


def _furniture(
    items: Iterator[Item], ledger: Ledger, run: LedgerRun, runner: Runner, settings: JudgeSettings, stamp: str
) -> tuple[frozenset[int], Iterable[Item]]:
    """The blocks that repeat over the pages of a source, and all its items. Learnt once, from its first pages, and kept
    in the ledger: so an interrupted run goes on by what it began with."""
    known = ledger.furniture(run.source, stamp)
    if known is not None:
        return known, items
    head: list[Item] = []
    pages: list[Item] = []
    held = 0
    for item in items:
        head.append(item)
        held += len(item.data)
        if item.data and sniff(item.data, item.filename) == HTML:
            pages.append(item)
        if len(pages) >= SAMPLE or len(head) >= _HEAD_ITEMS or held >= _HEAD_BYTES:
            break
    furniture: frozenset[int] = frozenset()
    if len(pages) >= REPEATED_ON:
        answers = runner.run(partial(outlines, with_=settings), pages)
        furniture = repeated(one.value for one in answers if one.value is not None)
    ledger.learn(run.number, furniture)
    return furniture, chain(head, items)


def revealed(
    source: Source, runner: Runner, settings: JudgeSettings, wanted: frozenset[str]
) -> dict[tuple[str, str], str]:
    """The passages found at these locations, in plain text, by location and fingerprint: read again from the source,
    since the ledger does not keep them."""
    work = partial(judge_all, with_=replace(settings, show=True))
    items = (item for item in source.items() if item.location in wanted and item.data)
    passages = {}
    for answer in runner.run(work, items):
        for found in answer.value.findings if answer.value else ():
            passages[(answer.item.location, found.fingerprint)] = found.masked
    return passages
