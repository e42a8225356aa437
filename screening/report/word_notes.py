"""The author's own Word file with a comment on exactly the flagged words.

Comments are native Word comments. What cannot carry one (page headers, notes, hidden and deleted text, files
inside) goes into one summary comment at the first paragraph. The text of the draft is never changed.
"""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from screening.domain.document import Block, BlockKind, UnreadReason
from screening.domain.errors import ExtractionError
from screening.domain.finding import Finding
from screening.report.base import Result
from screening.report.masking import Veil
from screening.report.printable import in_lines, on_one_line
from screening.report.word_places import Places, Target

AUTHOR, INITIALS = "先审", "审"
_MOST_COMMENTS = 32_000  # Word opens no file with more than 32,767 comment ranges
_MOST_LISTED = 300
_MOST_BYTES = 256 * 1024 * 1024
_CURE = "请用 Word 或 WPS 打开后另存为 .docx（不选“严格 Open XML”），再重新生成批注稿"


def annotate(docx: bytes, result: Result, show: bool = True) -> tuple[bytes, int]:
    """The file with comments, and how many of them stand exactly on the flagged words.

    With `show` false the summary comment masks its values. Raises ExtractionError when the file cannot be
    written by python-docx.
    """
    notes = _Notes(_opened(docx), result, show)
    notes.write()
    out = io.BytesIO()
    notes.word.save(out)
    return out.getvalue(), notes.exact


def _opened(docx: bytes) -> Any:
    """The file as python-docx sees it."""
    import docx as python_docx  # noqa: PLC0415 (heavy)

    _weigh(docx)
    try:
        word = python_docx.Document(io.BytesIO(docx))
        word.styles  # noqa: B018 (parsed on first use)
        list(word.comments)
    except Exception as error:
        raise ExtractionError(UnreadReason.PARSE_ERROR, f"无法写入批注：{_CURE}") from error
    return word


def _weigh(docx: bytes) -> None:
    """Refuse what would inflate beyond measure or declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            if sum(info.file_size for info in package.infolist()) > _MOST_BYTES:
                raise ExtractionError(UnreadReason.OVER_LIMIT, f"文件过大，无法写入批注：{_CURE}")
            with package.open("word/document.xml") as part:
                doctype = b"<!DOCTYPE" in part.read(4096)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ExtractionError(UnreadReason.PARSE_ERROR, f"无法写入批注：{_CURE}") from error
    if doctype:
        raise ExtractionError(UnreadReason.DOCTYPE, f"无法写入批注：{_CURE}")


class _Notes:
    """The comments of one file."""

    def __init__(self, word: Any, result: Result, show: bool) -> None:
        self.word = word
        self.run = result.run
        self.document = result.document
        self.show = show
        self.veil = Veil((*result.run.findings, *result.run.accepted), show)
        self.places = Places(word)
        self.left = _MOST_COMMENTS - len(list(word.comments))
        self.exact = 0

    def write(self) -> None:
        """Comments on the words, then the summary of all others."""
        elsewhere = []
        for block, findings in self._by_block():
            target = self.places.target(block) if self._may_carry(block) else None
            elsewhere += self._on_words(block, findings, target) if target else findings
        if elsewhere or self.document.unread:
            self._summary(elsewhere)

    def _by_block(self) -> Iterable[tuple[Block, list[Finding]]]:
        groups: dict[int, list[Finding]] = defaultdict(list)
        for finding in sorted(self.run.findings, key=lambda f: (f.span, f.rule_id)):
            groups[self.document.block_at(finding.span.start).start].append(finding)
        return [(self.document.block_at(start), findings) for start, findings in groups.items()]

    def _may_carry(self, block: Block) -> bool:
        """Whether a block is text that a reader sees in the body of this file."""
        place = block.provenance
        inner = bool(place.path) or place.part != self.places.part
        return not inner and bool(place.paragraph) and block.visible and block.kind is not BlockKind.FIELD_CODE

    def _on_words(self, block: Block, findings: Sequence[Finding], target: Target) -> list[Finding]:
        """Comment on these findings; hands back those that could not be placed."""
        spans = [(max(0, f.span.start - block.start), f.span.end - block.start) for f in findings]
        unplaced = []
        for finding, runs in zip(findings, target.runs(spans), strict=True):
            if runs is None or self.left <= 1:
                unplaced.append(finding)
                continue
            note = self._note(finding)
            if target.box is not None:  # Word ignores comments inside text boxes: this one stands on the box
                quote = self.veil.quote(finding)
                note = f"{self.veil.hide(finding.place)}「{quote}」\n{note}"
            self._comment(runs, note)
            self.exact += target.box is None
        return unplaced

    def _note(self, finding: Finding) -> str:
        """What one comment says."""
        lines = [f"【{finding.severity.label}】{finding.title}"]
        if finding.message:
            lines.append(self.veil.hide(finding.message))
        lines.append(f"依据：{finding.basis}")
        lines += [f"说明：{self.veil.hide(sentence)}" for sentence in finding.explanation]
        return "\n".join([*lines, f"怎么办：{finding.advice}", f"规则：{finding.rule_id}"])

    def _comment(self, runs: tuple[Any, Any], text: str) -> None:
        from docx.text.run import Run as WordRun  # noqa: PLC0415 (heavy)

        marked = [WordRun(run, self.word) for run in runs]
        self.word.add_comment(marked, text=in_lines(text).replace("\t", " "), author=AUTHOR, initials=INITIALS)
        self.left -= 1

    def _summary(self, findings: Sequence[Finding]) -> None:
        """One comment at the beginning for everything that has no place of its own."""
        unread = self.document.unread
        lines = [f"先审：另有 {len(findings)} 处疑点无法在正文中标注，{len(unread)} 处未能读取。"]
        lines += [self._listed(at, finding) for at, finding in enumerate(findings[:_MOST_LISTED], 1)]
        if len(findings) > _MOST_LISTED:
            lines.append(f"……另有 {len(findings) - _MOST_LISTED} 处，见完整报告。")
        lines += [
            on_one_line(f"未能读取：{self.veil.hide(str(item))} → {item.reason.cure}") for item in unread[:_MOST_LISTED]
        ]
        self._comment(self.places.first_runs(), "\n".join(lines))

    def _listed(self, number: int, finding: Finding) -> str:
        quote = self.veil.quote(finding)
        place = self.veil.hide(finding.place)
        line = f"{number}. 【{finding.severity.label}】{place}：{finding.title}「{quote}」。怎么办：{finding.advice}"
        return on_one_line(line)
