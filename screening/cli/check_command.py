"""xianshen check: drafts in, findings out."""

import datetime as dt
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from screening.checker import Screener
from screening.cli.files import Input, inputs_of
from screening.cli.jsonl_stream import stream
from screening.domain.baseline import in_force
from screening.domain.decision import Disposition
from screening.domain.errors import SettingsError
from screening.plugins import discover
from screening.report.base import Report, ReportOptions, Result
from screening.rules.baseline import read_baseline
from screening.settings import Settings

_CLEAN, _FINDINGS, _UNREAD = 0, 1, 3
_LEVELS = {"warn": Disposition.WARN, "redact": Disposition.REDACT, "hold": Disposition.HOLD, "block": Disposition.BLOCK}
_ANNOTATED = ((".docx", ".docm"), (".pdf",))  # kinds of files that take comments
_FORMATS = ("text", "json", "jsonl", "sarif", "csv", "html")


@click.command(name="check", short_help="检查稿件：哪里不能发、为什么、怎么办")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--channel", help="发布渠道，如 website、press、new_media、foreign_media（默认 website）")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", help="结果的格式（默认 text）")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="写入文件，不写屏幕")
@click.option("--annotate", type=click.Path(path_type=Path, dir_okay=False), help="另存一份带批注的 Word 或 PDF 文件")
@click.option("--fail-on", type=click.Choice(list(_LEVELS)), default="redact", help="达到此级即返回 1（默认 redact）")
@click.option("--baseline", type=click.Path(path_type=Path, dir_okay=False), help="已认可结果的基线文件")
@click.option("--show", is_flag=True, help="显示命中内容原文（默认遮蔽）")
@click.option("--release-basis", default="", help="发布依据：权威发布的网址或文号；已公布的事项据此降级，审批人核对")
@click.option("--explain", is_flag=True, help="另列因语境不算的命中及其理由")
@click.option("--stdin-filename", default="", help="从标准输入读稿件（-）时的文件名")
@click.option("--jsonl", is_flag=True, help='逐行读 {"id","text"}，逐行出结果')
@click.option("--no-ocr", is_flag=True, help="不识别图片中的文字（图片记为未读）")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="界面语言")
def command(paths: tuple[Path, ...], **given: Any) -> None:
    """检查一篇或多篇稿件（文件、文件夹，或 - 表示标准输入）。

    \b
    返回值：0 未达到 --fail-on；1 有疑点；2 用法或配置有误；3 有内容未能读取（优先于 1）。
    """
    asked = _Asked(**given)
    settings = Settings.load()
    if asked.no_ocr:
        settings = replace(settings, ocr=False)
    level = _LEVELS[asked.fail_on]
    with Screener(settings) as screener:
        if asked.jsonl:
            _refuse_beside_jsonl(asked, paths)
            sys.exit(stream(screener, sys.stdin.buffer, sys.stdout.buffer, asked.channel, level, show=asked.show))
        if not paths:
            raise click.UsageError("请给出稿件路径，如：xianshen check 稿件.docx（- 表示标准输入）")
        inputs = inputs_of(paths, asked.stdin_filename)
        _protect(inputs, asked)
        channel = screener.policy.channel(asked.channel or settings.channel)
        accepted = _accepted(screener, asked.baseline)
        results = [
            screener.examine(
                one.source, channel.id, filename=one.name, accepted=accepted, release_basis=asked.release_basis
            )
            for one in _shown(inputs)
        ]
    if asked.annotate:
        _annotate(inputs, results, asked.annotate, show=asked.show)
    options = ReportOptions(show=asked.show, language=asked.lang, explain=asked.explain, channel_name=channel.name)
    _write(asked.form, results, asked.output, options)
    sys.exit(_exit_code(results, level))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options of the command, by their names on the command line."""

    channel: str | None
    form: str
    output: Path | None
    annotate: Path | None
    fail_on: str
    baseline: Path | None
    show: bool
    release_basis: str
    explain: bool
    stdin_filename: str
    jsonl: bool
    no_ocr: bool
    lang: str


def _refuse_beside_jsonl(asked: _Asked, paths: tuple[Path, ...]) -> None:
    """--jsonl reads standard input and nothing else: a path given beside it would be passed over in silence."""
    if paths or asked.output or asked.annotate or asked.baseline or asked.form not in ("text", "jsonl"):
        raise click.UsageError(
            "--jsonl 只从标准输入逐行读、向标准输出逐行写，不与稿件路径、-o、--format、--annotate、--baseline 同用"
        )


def _protect(inputs: Sequence[Input], asked: _Asked) -> None:
    """Nothing that is written may take the place of a draft or of the other result. Raises SettingsError."""
    targets = [target for target in (asked.output, asked.annotate) if target]
    drafts = {one.source.resolve() for one in inputs if isinstance(one.source, Path)}
    for target in targets:
        if target.resolve() in drafts or any(target.exists() and target.samefile(draft) for draft in drafts):
            raise SettingsError(f"{target}: 结果不能覆盖原稿；换一个文件名")
    if len({target.resolve() for target in targets}) < len(targets):
        raise SettingsError(f"{asked.output}: -o 与 --annotate 写到了同一个文件；换一个文件名")
    none: tuple[str, ...] = ()
    wanted = next((group for group in _ANNOTATED if inputs and inputs[0].name.lower().endswith(group)), none)
    if asked.annotate and (len(inputs) != 1 or not wanted):
        raise SettingsError(
            "--annotate 只用于一个 .docx 或 .pdf 文件：把它单独检查，如 xianshen check 稿件.docx --annotate 批注.docx"
        )
    if asked.annotate and asked.annotate.suffix.lower() not in wanted:
        raise SettingsError(f"{asked.annotate}: 批注稿与原稿是同一种文件；文件名应以 {wanted[0]} 结尾")


def _accepted(screener: Screener, baseline: Path | None) -> frozenset[str]:
    if baseline is None:
        return frozenset()
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    acceptances = read_baseline(baseline, screener.key)
    expired = sum(one.expires < today for one in acceptances)
    if expired:
        click.echo(f"{baseline}: {expired} 条认可已过期，不再生效", err=True)
    return in_force(acceptances, today)


def _shown(inputs: Sequence[Input]) -> Iterator[Input]:
    """The inputs one by one, with a progress bar on a terminal when there are several."""
    if len(inputs) < 2 or not sys.stderr.isatty():
        yield from inputs
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import track  # noqa: PLC0415

    yield from track(inputs, description="检查中", console=Console(stderr=True), transient=True)


def _annotate(inputs: Sequence[Input], results: Sequence[Result], target: Path, *, show: bool) -> None:
    from screening.annotate import annotate  # noqa: PLC0415 - most checks write none

    source = inputs[0].source
    original = source if isinstance(source, bytes) else source.read_bytes()
    made = annotate(original, results[0], show=show)
    target.write_bytes(made.content)
    click.echo(f"批注已写入 {target}（{made.exact} 条批在原文上）", err=True)


def _write(form: str, results: Sequence[Result], output: Path | None, options: ReportOptions) -> None:
    report = next(one for one in discover("screening.report", Report) if one.name == form)
    on_terminal = output is None and form == "text" and sys.stdout.isatty()
    if on_terminal:
        options = replace(options, width=shutil.get_terminal_size().columns, colour="NO_COLOR" not in os.environ)
    content = report.render(results, options)
    if output:
        output.write_bytes(content)
        click.echo(f"结果已写入 {output}", err=True)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _exit_code(results: Sequence[Result], level: Disposition) -> int:
    if any(not result.run.coverage.complete for result in results):
        return _UNREAD
    return _FINDINGS if any(result.run.decision.disposition >= level for result in results) else _CLEAN
