"""xianshen scan: what is already on the site, and folders by the thousand."""

import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from screening.batch.cluster import Cluster
from screening.batch.hand_over import body_of
from screening.batch.item import Source
from screening.batch.judge import JudgeSettings, versions_of
from screening.batch.like import alike, sought
from screening.batch.pool import Pool, Runner
from screening.batch.progress import Progress
from screening.batch.scan import revealed, scan
from screening.checker import Screener
from screening.cli.cron_lines import cron_lines
from screening.cli.desk_lines import Lines
from screening.domain.decision import Disposition
from screening.domain.errors import SettingsError
from screening.plugins import discover
from screening.report.scan_base import ScanOptions, ScanReport, ScanResult
from screening.rules.policy import Channel
from screening.settings import Settings

_CLEAN, _FINDINGS, _UNREAD = 0, 1, 3
_LEVELS = {"warn": Disposition.WARN, "redact": Disposition.REDACT, "hold": Disposition.HOLD, "block": Disposition.BLOCK}
_FORMATS = ("text", "json", "jsonl", "csv", "sarif", "html")
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(name="scan", short_help="扫描网站、WARC 或文件夹：已经公开的里面有什么不该公开")
@click.argument("sources", nargs=-1)
@click.option("--ledger", help="台账：SQLite 文件，或 postgresql://…；有它才能续扫、只看变化、认可")
@click.option("--since", type=click.Choice(["last"]), help="只报告上次扫完以来新增、变化和撤下的")
@click.option("--resume", is_flag=True, help="接着上次中断的扫描")
@click.option("--channel", help="发布渠道（默认 website）")
@click.option("--workers", type=click.IntRange(1, 256), help="并行的进程数（默认：处理器数）")
@click.option("--cluster", metavar="URL", help="交给 dask 集群，如 tcp://scheduler:8786")
@click.option("--limit", type=click.IntRange(0), default=0, help="最多看多少项（0 为不限）")
@click.option("--depth", type=click.IntRange(0), help="网站：离起始网址最多几层")
@click.option("--include", multiple=True, metavar="P", help="网站：只扫网址匹配的，如 */gongkai/*（可多次）")
@click.option("--exclude", multiple=True, metavar="P", help="网站：不扫网址匹配的（可多次）")
@click.option("--delay", type=click.FloatRange(0, 60), help="网站：两次请求至少间隔几秒（默认 0.25；更短须 --own）")
@click.option("--own", is_flag=True, help="这是本单位的网站：不受 robots.txt 限制")
@click.option("--allow-private", is_flag=True, help="允许网址中的名称指向内网地址")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", help="结果的格式（默认 text）")
@click.option("-o", "--output", type=_FILE, help="写入文件，不写屏幕")
@click.option("--report", type=_FILE, help="另写一份月报（.xlsx，也可 .html .json .csv .sarif .jsonl .txt）")
@click.option(
    "--register", metavar="R", help="登记簿：导出文件，或 https://审签台/api/v1/register；逐页核对是否经过批准"
)
@click.option("--desk", metavar="URL", help="扫完后把结果（遮蔽后的）交到审签台，如 https://审签台")
@click.option("--token-file", type=_FILE, help="存接口令牌的文件（权限 600），用于审签台的登记簿和 --desk")
@click.option("--like", type=_FILE, help="找出与这份文件内容相同的页面和附件")
@click.option("--accept", metavar="指纹", help="认可一处疑点（与 --reason --name --expires 同用）")
@click.option("--reason", default="", help="认可的理由")
@click.option("--name", default="", help="认可人姓名")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="认可的有效期，如 2031-12-31")
@click.option("--show", is_flag=True, help="显示命中内容原文（重新读取来源，不入台账）")
@click.option("--fail-on", type=click.Choice(list(_LEVELS)), default="redact", help="达到此级即返回 1（默认 redact）")
@click.option("--no-ocr", is_flag=True, help="不识别图片中的文字（图片记为未读）")
@click.option("--print-cron", is_flag=True, help="不扫描，只打印每天夜里运行的定时任务")
def command(sources: tuple[str, ...], **given: Any) -> None:
    """扫描一个或多个来源：文件夹、网址、WARC 文件（.warc、.warc.gz）、网址清单（.txt、.urls，或 list:文件）。

    \b
    返回值：0 未达到 --fail-on；1 有疑点；2 用法或配置有误；3 有内容未能读取（优先于 1）。
    """
    asked = _Asked(**given)
    if asked.print_cron:
        click.echo(cron_lines(sources, asked))
        return
    settings = Settings.load()
    settings = replace(settings, workers=1, ocr=settings.ocr and not asked.no_ocr)
    with ExitStack() as stack:
        desk = _Desk.opened(stack, settings, asked)
        if asked.accept:
            desk.accept()
        if sources:
            _refuse_overwriting(sources, asked)
            _monthly(asked)
            results = [desk.scanned(one) for one in sources]
            _write(results, asked)
            desk.lines.hand_over(desk.outcomes)
            sys.exit(_exit_code(results, _LEVELS[asked.fail_on]))
    if asked.like and asked.ledger:
        raise click.UsageError("--like 也要给出来源（未变的页面不会重读）")
    if not asked.accept:
        raise click.UsageError("请给出来源，如：xianshen scan https://www.example.gov.cn --ledger 台账.db")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options of the command, by their names on the command line."""

    ledger: str | None
    since: str | None
    resume: bool
    channel: str | None
    workers: int | None
    cluster: str | None
    limit: int
    depth: int | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    delay: float | None
    own: bool
    allow_private: bool
    form: str
    output: Path | None
    report: Path | None
    register: str | None
    desk: str | None
    token_file: Path | None
    like: Path | None
    accept: str | None
    reason: str
    name: str
    expires: dt.datetime | None
    show: bool
    fail_on: str
    no_ocr: bool
    print_cron: bool


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that a scan needs: rules, ledger, workers, the options."""

    asked: _Asked
    screener: Screener
    channel: Channel
    ledger: Any
    runner: Runner
    judging: JudgeSettings
    lines: Lines
    outcomes: list[bytes]

    @classmethod
    def opened(cls, stack: ExitStack, settings: Settings, asked: _Asked) -> "_Desk":
        """Everything started, to be ended with the stack."""
        from screening.batch.ledger import Ledger  # noqa: PLC0415 - needs sqlalchemy

        if not asked.ledger and (asked.since or asked.resume or asked.accept):
            raise click.UsageError("--since、--resume、--accept 需要台账：加 --ledger 台账.db")
        lines = Lines.of(asked.register, asked.desk, asked.token_file)
        screener = stack.enter_context(Screener(settings))
        channel = screener.policy.channel(asked.channel or settings.channel)
        ledger = Ledger(asked.ledger or _passing(stack), _now)
        stack.callback(ledger.close)
        runner: Runner = Cluster(asked.cluster) if asked.cluster else Pool(asked.workers or os.cpu_count() or 1)
        stack.callback(runner.close)
        judging = JudgeSettings(settings, channel.id, versions_of(screener))
        return cls(asked, screener, channel, ledger, runner, judging, lines, [])

    def accept(self) -> None:
        """Enter an acceptance. Raises click.UsageError when something of it is missing."""
        asked = self.asked
        if not (asked.reason.strip() and asked.name.strip() and asked.expires):
            raise click.UsageError("--accept 要同时给出 --reason 理由、--name 姓名、--expires 有效期")
        self.ledger.accept(asked.accept, asked.reason.strip(), asked.name.strip(), asked.expires.date())
        click.echo(f"已认可 {asked.accept}，有效期至 {asked.expires.date()}", err=True)

    def scanned(self, words: str) -> ScanResult:
        """One source, scanned and summarised."""
        from screening.batch.summary import Frame, summarise  # noqa: PLC0415 - needs sqlalchemy

        asked, ledger = self.asked, self.ledger
        source = self._source(words)
        register = self._register()
        wanted = sought(self.screener, asked.like) if asked.like else frozenset[int]()
        progress = Progress(sys.stderr, time.monotonic)
        try:
            run = scan(source, ledger, self.runner, self.judging, progress, resume=asked.resume, limit=asked.limit)
        except KeyboardInterrupt:
            hint = "；加 --resume 接着扫" if asked.ledger else "；加 --ledger 台账.db 就能续扫"
            raise SettingsError(f"已中断{hint}") from None
        deviations, owners = self._compared(register, source.name)
        frame = Frame(
            source=source.name,
            run=run,
            channel=self.channel.name,
            names=self.screener.policy.names,
            today=_today(),
            unread=self.screener.policy.unread,
            since=ledger.finished_before(source.name, run) if asked.since else 0,
            complete=ledger.complete(run),
            versions={
                "ruleset": self.judging.versions.ruleset,
                "model": self.judging.versions.model,
                "policy": self.judging.versions.policy,
            },
            owners=owners,
            passages=self._passages(words, source.name),
            deviations=tuple(deviations),
            compared=register is not None,
            alike=tuple(alike(ledger, wanted, (source.name,))) if wanted else (),
            sought=asked.like.name if asked.like else "",
            kept=bool(asked.ledger),
        )
        if self.lines.desk:
            self.outcomes.append(body_of(summarise(ledger, replace(frame, since=0, passages={})), self.channel.id))
        return summarise(ledger, frame)

    def _source(self, words: str) -> Source:
        stamp = self.judging.versions.stamp(self.judging.channel)
        return source_of(words, self.asked, lambda name: lambda location: self.ledger.validators(name, location, stamp))

    def _register(self) -> Any:
        from screening.batch.register_match import Register, load, of_rows  # noqa: PLC0415 - needs sqlalchemy

        if self.asked.register is None:
            return None
        channels, line = frozenset((self.channel.id, self.channel.name)), self.lines.register
        rows = of_rows(line.host, line.register()) if line else load(Path(self.asked.register), self._hashes)
        return Register(rows, channels, _today())

    def _hashes(self, path: Path) -> tuple[frozenset[int], bool]:
        """The hashes of an approved file, and whether its lines are those that a page would have."""
        from screening.batch.shingles import shingles_of  # noqa: PLC0415 - needs numpy

        document = self.screener.read(path)
        exact = document.media_type != "application/pdf" and not document.media_type.startswith("image/")
        return frozenset(shingles_of(document.blocks, self.screener.key)), exact

    def _compared(self, register: Any, source: str) -> tuple[list[Any], dict[str, str]]:
        from screening.batch.register_match import deviations  # noqa: PLC0415 - needs sqlalchemy

        if register is None:
            return [], {}
        hashes = {location: found for location, _, found in self.ledger.shingles(source)}
        return deviations(register, self.ledger.entries(source), hashes)

    def _passages(self, words: str, name: str) -> dict[tuple[str, str], str]:
        if not self.asked.show:
            return {}
        found = (one for one in self.ledger.entries(name, telling=True) if one.findings)
        wanted = frozenset(one.location for one in found)
        click.echo("重新读取有疑点的内容，以显示原文……", err=True)
        return revealed(source_of(words, self.asked, None), self.runner, self.judging, wanted)


def _passing(stack: ExitStack) -> Path:
    """A ledger for this scan only. With one of the user's own nothing is written elsewhere."""
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xianshen-"))) / "ledger.db"


def source_of(words: str, asked: Any, known: Any) -> Source:
    """The source that these words mean. Raises SettingsError for none."""
    if words.startswith(("http://", "https://")):
        from screening.batch.site import Site  # noqa: PLC0415 - the crawler is an extra

        if not urlsplit(words).hostname:
            raise SettingsError(f"{words}: 不是完整的网址")
        plain = Site(_site_options(asked, (words,)))
        return replace(plain, known=known(plain.name)) if known else plain
    path = Path(words.removeprefix("list:"))
    if path.is_dir():
        from screening.batch.folder import Folder  # noqa: PLC0415

        return Folder(path)
    if not path.is_file():
        raise SettingsError(f"{words}: 没有这个文件夹或文件；网址要以 http:// 或 https:// 开头")
    if path.name.endswith((".warc", ".warc.gz")):
        from screening.batch.warc import Warc  # noqa: PLC0415

        return Warc((path,))
    if words.startswith("list:") or path.suffix in (".txt", ".urls"):
        from screening.batch.url_list import UrlList  # noqa: PLC0415 - the crawler is an extra

        listed = UrlList(path, _site_options(asked, ()))
        return replace(listed, known=known(listed.name)) if known else listed
    raise SettingsError(f"{words}: 扫描的来源是文件夹、网址、.warc(.gz) 或网址清单；单个稿件用 xianshen check")


def _site_options(asked: Any, start: tuple[str, ...]) -> Any:
    from screening.batch.site import SiteOptions  # noqa: PLC0415 - the crawler is an extra

    options = SiteOptions(start, include=asked.include, exclude=asked.exclude, own=asked.own,
                          allow_private=asked.allow_private)  # fmt: skip
    if asked.delay is not None and asked.delay < options.delay and not asked.own:
        raise SettingsError(f"--delay 短于 {options.delay} 秒，只用于本单位的网站：加 --own")
    given = {"depth": asked.depth, "delay": asked.delay}
    return replace(options, **{name: value for name, value in given.items() if value is not None})


def _refuse_overwriting(sources: Sequence[str], asked: _Asked) -> None:
    """Nothing that is written may take the place of a source, the ledger, the register or the other result."""
    kept = [Path(one) for one in (*sources, asked.ledger or "", asked.register or "") if one and "://" not in one]
    kept += [one for one in (asked.like, asked.token_file) if one]
    inputs = {one.resolve() for one in kept}
    targets = [one.resolve() for one in (asked.output, asked.report) if one]
    for target in targets:
        if target in inputs or targets.count(target) > 1:
            raise SettingsError(f"{target.name}: 结果不能覆盖来源、台账、登记簿或另一份结果；换一个文件名")


def _write(results: Sequence[ScanResult], asked: _Asked) -> None:
    reports = {one.name: one for one in discover("screening.report", ScanReport)}
    options = ScanOptions(width=shutil.get_terminal_size().columns, show=asked.show)
    chosen = _monthly(asked)
    if asked.report and chosen:
        for target, result in zip(_numbered(asked.report, len(results)), results, strict=True):
            target.write_bytes(chosen.render(result, options))
            click.echo(f"月报已写入 {target}", err=True)
    contents = [reports[asked.form].render(result, options) for result in results]
    if asked.output is None:
        for content in contents:
            sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    for target, content in zip(_numbered(asked.output, len(results)), contents, strict=True):
        target.write_bytes(content)
        click.echo(f"结果已写入 {target}", err=True)


def _monthly(asked: _Asked) -> ScanReport | None:
    """How the monthly report is written, by its name. Raises SettingsError for a name that asks for nothing."""
    if asked.report is None:
        return None
    by_suffix = {one.suffix: one for one in discover("screening.report", ScanReport)}
    chosen = by_suffix.get(asked.report.suffix.lower())
    if chosen is None:
        raise SettingsError(f"{asked.report.name}: 月报的文件名应以 {'、'.join(sorted(by_suffix))} 结尾")
    return chosen


def _numbered(path: Path, count: int) -> list[Path]:
    """One name for each source: 月报.xlsx, 月报-2.xlsx, …"""
    return [path, *(path.with_stem(f"{path.stem}-{number}") for number in range(2, count + 1))]


def _exit_code(results: Sequence[ScanResult], level: Disposition) -> int:
    if any(result.missing for result in results):
        return _UNREAD
    found = any(result.disposition >= level or result.deviations for result in results)
    return _FINDINGS if found else _CLEAN


def _now() -> str:
    return dt.datetime.now(tz=dt.UTC).astimezone().isoformat(timespec="seconds")


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).astimezone().date()
