"""xianshen extract: what was read, block by block, and what stayed unread."""

import json
import sys
from pathlib import Path

import click

from screening.checker import Screener
from screening.cli.files import inputs_of
from screening.domain.document import Document

_UNREAD = 3


@click.command(name="extract", short_help="看读到了什么、什么没读到")
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="格式（默认 text）")
@click.option("--stdin-filename", default="", help="从标准输入读稿件（-）时的文件名")
def command(path: Path, form: str, stdin_filename: str) -> None:
    """逐段列出读到的文字：位置、页面上是否看得见；最后列出未能读取的内容。

    \b
    返回值：0 全部读到；2 用法有误；3 有内容未能读取。
    """
    with Screener() as screener:
        one = inputs_of([path], stdin_filename)[0]
        document = screener.read(one.source, one.name)
    text = _as_json(document) if form == "json" else _as_text(document)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.exit(_UNREAD if document.unread else 0)


def _as_text(document: Document) -> str:
    lines = []
    for block in document.blocks:
        sight = "可见" if block.visible else "不可见"
        shown = block.text.replace("\n", "⏎").replace("\t", " | ")
        lines.append(f"[{sight}] {block.place()}\n    {''.join(c if c.isprintable() else '�' for c in shown)}\n")
    hidden = sum(not block.visible for block in document.blocks)
    lines.append(f"\n读到 {len(document.blocks)} 段（其中页面上看不见的 {hidden} 段），{len(document.text)} 字。\n")
    lines += [f"未能读取：{one}　→ {one.reason.cure}\n" for one in document.unread]
    return "".join(lines)


def _as_json(document: Document) -> str:
    blocks = [
        {
            "kind": block.kind.value,
            "place": block.place(),
            "visible": block.visible,
            "hidden": block.provenance.hidden.value,
            "start": block.start,
            "end": block.end,
            "text": block.text,
            "part": block.provenance.part,
            "path": list(block.provenance.path),
            "page_no": block.provenance.page_no,
            "bbox": block.provenance.bbox,
            "ocr_confidence": block.provenance.ocr_confidence,
        }
        for block in document.blocks
    ]
    unread = [{"path": one.path, "reason": one.reason.value, "detail": one.detail} for one in document.unread]
    table = {
        "filename": document.filename,
        "sha256": document.sha256,
        "media_type": document.media_type,
        "blocks": blocks,
        "unread": unread,
        "metadata": dict(document.metadata),
    }
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"
