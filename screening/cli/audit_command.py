"""xianshen audit: check an exported audit trail, without a database and without trusting who exported it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from screening.cli.verify_command import is_genuine
from screening.domain.audit import Anchor, AuditEvent, TrailError, anchor_shaped, events_of, verify
from screening.domain.errors import SettingsError

_INTACT, _FAULTS, _UNREADABLE = 0, 1, 3
_SHORTEST_KEY = 16
_File = click.Path(path_type=Path, dir_okay=False)


@click.group(name="audit", short_help="核验审计记录")
def command() -> None:
    """审计记录是一条链：每条都用密钥对自身和前一条加封。"""


@command.command(name="verify", short_help="核验导出的审计记录有没有被改动、删减")
@click.argument("export", type=_File)
@click.option("--key-file", required=True, type=_File, help="审计链的密钥文件")
@click.option("--anchor", "papers", multiple=True, type=_File, help="另存的锚点（可写多次）")
@click.option("--public-key", type=_File, help="锚点签名的公钥（PEM）")
def verify_export(export: Path, key_file: Path, papers: tuple[Path, ...], public_key: Path | None) -> None:
    """EXPORT 每行一条记录（JSON），可带签名的锚点。完好返回 0，有问题返回 1 并逐条列出，读不到返回 3。

    没有另存的锚点，末尾被截去、或被持有密钥的人整条重写，是查不出来的。
    """
    key = _key(key_file)
    try:
        anchors = [*_anchors(export, carried=True), *(one for path in papers for one in _anchors(path, carried=False))]
        forged = _forged(anchors, public_key)
        count = _told(export, key, anchors, forged)
    except (TrailError, UnicodeDecodeError) as error:
        words = str(error) if isinstance(error, TrailError) else "不是 UTF-8；请重新导出"
        click.echo(f"{export}: {words}", err=True)
        sys.exit(_UNREADABLE)
    except OSError as error:
        click.echo(f"{error.filename}: 读不到（{error.strerror}）；检查路径和权限", err=True)
        sys.exit(_UNREADABLE)
    if not anchors:
        click.echo("没有锚点：末尾被截去或整条重写查不出来；用 --anchor 指明另存的锚点", err=True)
    sys.exit(_FAULTS if count else _INTACT)


def _told(export: Path, key: bytes, anchors: list[Anchor], forged: list[Anchor]) -> int:
    """Print every fault and the sum; how many faults there are. Raises TrailError for an export without events."""
    faults, counter = 0, _Counter()
    for anchor in forged:
        faults += 1
        click.echo(f"第 {anchor.seq} 条\t锚点签名不符：锚点被改动，或不是这把公钥签的")
    with export.open(encoding="utf-8-sig") as lines:
        for fault in verify(counter.counted(events_of(lines)), key, anchors):
            faults += 1
            click.echo(f"第 {fault.seq} 条\t{fault.what}")
    if not counter.count:
        raise TrailError("没有任何记录；请确认导出完整")
    click.echo(f"{counter.count} 条记录，{len(anchors)} 个锚点，{faults or '没有'}{' 处' if faults else ''}问题")
    return faults


class _Counter:
    """Counts what passes through."""

    def __init__(self) -> None:
        self.count = 0

    def counted(self, events: Iterator[AuditEvent]) -> Iterator[AuditEvent]:
        """The same events."""
        for self.count, event in enumerate(events, 1):
            yield event


def _key(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) < _SHORTEST_KEY:
        raise SettingsError(f"{path}: 不是审计链的密钥（太短）；用导出单位的密钥文件")
    return key


def _anchors(path: Path, *, carried: bool) -> Iterator[Anchor]:
    """The anchors of a file: of an export, the lines that are anchors; of a file of its own, all lines."""
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not (carried and '"action"' in line) and line.strip():
                yield _anchor(line, f"{path}: 第 {number} 行")


def _anchor(line: str, where: str) -> Anchor:
    try:
        table: Any = json.loads(line)
        if anchor_shaped(table) and type(table["seq"]) is int:
            names = ("seal", "at", "signature")
            return Anchor(table["seq"], *(str(table.get(name, "")) for name in names))
    except (ValueError, TypeError, RecursionError):
        pass
    raise TrailError(f'{where}不是锚点，应为 {{"seq": …, "seal": "…", "at": "…", "signature": "…"}}')


def _forged(anchors: list[Anchor], public_key: Path | None) -> list[Anchor]:
    """Anchors whose signature does not fit. An anchor without one is as good as the place where it was kept."""
    signed = [anchor for anchor in anchors if anchor.signature]
    if unsigned := len(anchors) - len(signed):
        click.echo(f"{unsigned} 个锚点没有签名：只在保管可靠时可信", err=True)
    if not signed:
        return []
    if public_key is None:
        raise SettingsError("锚点带有签名：用 --public-key 指明签发单位的公钥（向签发单位另行索取）")
    public = public_key.read_bytes()
    return [anchor for anchor in signed if not is_genuine(public, anchor.body(), anchor.signature)]
