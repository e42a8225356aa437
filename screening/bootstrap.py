"""Store, desk and screener put together for the web: the only module that knows all parts."""

import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from multiprocessing import get_context, parent_process

from screening.checker import Screener
from screening.domain.certificate import VERSION, Certificate, Signed, title_digest
from screening.domain.decision import Disposition
from screening.domain.document import Document
from screening.domain.errors import ConflictError, RefusedError
from screening.domain.filing import Filing, Job
from screening.domain.finding import MARKS, Severity
from screening.domain.review import State
from screening.domain.run import Run
from screening.review.desk import Desk
from screening.review.intake import LEASE_SECONDS, Intake, Outcome
from screening.settings import Settings
from screening.store import signing
from screening.store.books import Store
from screening.store.keys import Keys
from screening.store.migrate import migrate
from screening.store.runs import Kept, keep
from screening.store.session import Database
from screening.store.vault import Vault

CHINA = timezone(timedelta(hours=8))  # one zone, no summer time: working days and deadlines are meant in it
_GIVE_UP_EVERY = 30.0  # seconds
_RENEW_EVERY = LEASE_SECONDS / 3
_RENEWALS = 120  # half an hour: what takes longer hangs, and goes to another attempt


def china_clock() -> datetime:
    """The present time where the offices are."""
    return datetime.now(CHINA)


@dataclass(frozen=True)
class House:
    """Everything that the web needs. screener: for rules and policy; clock: present time with its zone."""

    settings: Settings
    store: Store
    desk: Desk
    intake: Intake
    screener: Screener
    clock: Callable[[], datetime] = field(default=china_clock)


def house(settings: Settings, clock: Callable[[], datetime] = china_clock) -> House:
    """Open (or create) the store that the settings name. Raises SettingsError."""
    folder = settings.data
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = Keys.load(settings.keys or folder / "keys")
    database = Database(settings.database or f"sqlite:///{folder / 'desk.db'}")
    migrate(database)
    digest = "sm3" if settings.cipher == "sm4" else "sha256"
    store = Store(database, Vault(folder / "vault", keys.master, settings.cipher), keys, digest)
    return House(settings, store, Desk(store, clock), Intake(store, clock), Screener(settings), clock)


def certificate_of(house: House, filing: Filing, unit: str, names: Mapping[str, str]) -> str:
    """The signed certificate of an approved case, as JSON. Raises RefusedError when the case is not approved."""
    if filing.case.state not in (State.APPROVED, State.RELEASED):
        raise RefusedError("尚未批准（或批准已作废、稿件已撤回），没有审批证书")
    upload, case = filing.current, filing.case
    certificate = Certificate(
        version=VERSION,
        id=f"{filing.number}-{upload.number}",
        unit=unit,
        title_sha256=title_digest(filing.declaration.title),
        sha256=upload.sha256,
        filename=upload.filename,
        size=upload.size,
        text_sha256=upload.text_sha256,
        channel=case.terms.channel,
        audience=case.terms.audience,
        valid_from=case.terms.first_day,
        valid_to=case.terms.last_day,
        ruleset_version=str(upload.summary.get("ruleset", "")),
        model_version=str(upload.summary.get("model", "")),
        policy_version=str(upload.summary.get("policy", "")),
        signatures=tuple(
            Signed(one.level, case.levels[one.level].label, names.get(one.person, ""), one.at)
            for one in case.signatures
        ),
        approved_at=case.signatures[-1].at,
        release_basis=filing.declaration.release_basis,
    )
    keys = house.store.keys
    return certificate.to_json(signing.sign(keys.signing, certificate.body()), keys.fingerprint)


def outcome_of(run: Run, document: Document, result: str) -> Outcome:
    """What the review needs to know of a run. Items: f0 … findings, u0 … unread places, a0 … files inside."""
    findings = frozenset(f"f{number}" for number in range(len(run.findings)))
    grave = frozenset(f"f{number}" for number, one in enumerate(run.findings) if one.severity is Severity.S0)
    inside = {block.provenance.path for block in document.blocks if block.provenance.path}
    to_open = findings | {f"u{n}" for n in range(len(document.unread))} | {f"a{n}" for n in range(len(inside))}
    marked = run.decision.disposition is Disposition.QUARANTINE
    counts: dict[str, int | str] = {f"S{4 - severity}": sum(one.severity is severity for one in run.findings)
                                    for severity in Severity}  # fmt: skip
    counts |= {"ruleset": run.ruleset_version, "model": run.model_version, "policy": run.policy_version}
    if not marked:
        found = Counter(one.category for one in run.findings)
        counts |= {f"category:{category}": total for category, total in sorted(found.items())}
    if marked:
        hits = [one for one in run.findings if one.category in MARKS]
        counts["marks"] = " ".join(sorted({one.rule_id for one in hits}))
        pages = {document.block_at(one.span.start).provenance.page_no for one in hits}
        counts["pages"] = " ".join(str(page) for page in sorted(page for page in pages if page))
    return Outcome(
        findings=findings,
        grave=grave,
        to_open=frozenset(to_open),
        marked=marked,
        categories=frozenset(one.category for one in run.findings),
        severity=max((int(one.severity) for one in run.findings), default=0),
        unread=len(document.unread),
        disposition=int(run.decision.disposition),
        media_type=document.media_type,
        text_sha256=sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest(),
        result=result,
        summary=counts,
    )


_LOG = logging.getLogger("xianshen")
_screener: Screener | None = None


def _start(settings: Settings) -> None:
    """Once in each screening process: rules and models are loaded before the first draft comes."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    global _screener  # noqa: PLW0603 - the process has one screener, and nothing else
    _screener = Screener(settings)
    _screener.check_text("先审")


def _end_with_parent() -> None:
    """A pool's process holds its own end of the pipe: without this it would outlive a worker that was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _screen(data: bytes, filename: str, channel: str, basis: str) -> Kept:
    if _screener is None:  # cannot be: the pool starts every process with _start
        raise RuntimeError("no screener")
    result = _screener.examine(data, channel, filename=filename, release_basis=basis)
    return Kept(result.run, result.document)


class Worker:
    """Screens what was uploaded, one draft after the other, in a process beside the web's own.

    The drafts' bytes go to that process through a pipe; a process that dies costs one attempt of one draft.
    """

    def __init__(self, house: House, pause: float = 0.5) -> None:
        self._house = house
        self._pause = pause
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="screening", daemon=True)
        self._pool: ProcessPoolExecutor | None = None
        self._gave_up = 0.0

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread.start()

    def wake(self) -> None:
        """Something was uploaded: look at once."""
        self._wake.set()

    def stop(self) -> None:
        """End after the present draft."""
        self._stop.set()
        self._wake.set()
        if self._thread.ident:
            self._thread.join(30)
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def once(self) -> bool:
        """Screen one draft; False when none waits, and none that is approved has to be looked at again."""
        taken = self._house.intake.lease()
        if taken is None or time.monotonic() - self._gave_up > _GIVE_UP_EVERY:  # a busy desk must not forget the stuck
            self._gave_up = time.monotonic()
            self._house.intake.give_up()
        if taken is None:
            return self._look_again()
        with suppress(BrokenProcessPool):
            self._screen(*taken)
        return True

    def _screen(self, job: Job, filing: Filing) -> None:
        intake = self._house.intake
        vault, done = self._house.store.vault, self._result(filing, lambda: intake.renew(job))
        marked = done.run.decision.disposition is Disposition.QUARANTINE and not filing.case.versions[-1].mark_cleared
        blob = "" if marked else keep(vault, filing.key, filing.id, done)  # of a marked draft nothing is kept
        if not intake.screened(job, outcome_of(done.run, done.document, blob)) and blob:
            vault.delete(blob)

    def _result(self, filing: Filing, going_on: Callable[[], object] = lambda: None) -> Kept:
        """What comes of a draft. going_on is called now and then while the screening takes its time."""
        upload = filing.current
        data = self._house.store.vault.read(upload.blob, filing.key, f"{filing.id}/draft")
        basis = filing.declaration.release_basis
        try:
            task = self._processes().submit(_screen, data, upload.filename, filing.case.terms.channel, basis)
            for _ in range(_RENEWALS):
                if wait([task], _RENEW_EVERY).done:
                    break
                going_on()
            return task.result()
        except BrokenProcessPool:
            self._pool = None  # a new one for the next attempt
            raise

    def _look_again(self) -> bool:
        """Screen one approved draft by rules that are newer than its approval: what they find grave voids it.

        False when there is none.
        """
        version = self._house.screener.ruleset.version
        with self._house.store.reading() as books:
            approved = books.cases.find(states=[State.APPROVED.value], limit=1000)
        old = (one for one in approved if one.current.summary.get("looked_again_by", _ruleset(one)) != version)
        filing = next(old, None)
        if filing is None:
            return False
        run = self._result(filing).run
        before = len(filing.case.versions[-1].grave)
        if sum(one.severity is Severity.S0 for one in run.findings) > before:
            self._house.desk.void(lambda one: "新的规则发现严重疑点，须重新审查" if one.id == filing.id else "")
        else:
            self._note_look(filing, version)
        return True

    def _note_look(self, filing: Filing, version: str) -> None:
        summary = {**filing.current.summary, "looked_again_by": version}
        uploads = (*filing.uploads[:-1], replace(filing.current, summary=summary))
        with suppress(ConflictError), self._house.store.writing() as books:  # moved meanwhile: next time
            books.cases.save(filing, replace(filing, uploads=uploads))

    def _processes(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1, get_context("spawn"), initializer=_start, initargs=(self._house.settings,)
            )
        return self._pool

    def _load(self) -> None:
        """Before the first draft is leased: a desk that dies three times while it loads has not tried any draft."""
        try:
            self._processes().submit(int).result()
        except BrokenProcessPool:
            self._pool = None

    def _run(self) -> None:
        self._load()
        while not self._stop.is_set():
            try:
                busy = self.once()
            except Exception as error:  # noqa: BLE001 - the outer edge: one draft must not end the screening of all
                # The lease runs out and the draft is tried again, thrice in all. No message: it may hold draft text.
                _LOG.error("screening failed: %s", type(error).__name__)
                busy = False
            if not busy:
                self._wake.wait(self._pause)
                self._wake.clear()


def _ruleset(filing: Filing) -> str:
    return str(filing.current.summary.get("ruleset", ""))


def wait_until_idle(house: House, seconds: float = 60) -> None:
    """For demonstrations and tests: until no screening waits or runs. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with house.store.reading() as books:
            counts = books.jobs.counts()
        if not counts.get("queued") and not counts.get("running"):
            return
        time.sleep(0.05)
    raise TimeoutError
