"""A unit's own approval form: a Word file with placeholders such as {{编号}}, filled from the record of a case.

Placeholders may stand in paragraphs, table cells, text boxes, page headers and footers, and may be split over several
runs, as Word does when somebody edits or spell-checks them. Values become text of the run where a placeholder begins,
never a field code, and are not looked through for placeholders again.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from screening.domain.errors import SettingsError
from screening.domain.record import KINDS, CaseRecord
from screening.report import form_fields as fields
from screening.report.printable import in_lines

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_MOST_BYTES = 64 * 1024 * 1024
_CURE = "请用 Word 或 WPS 另存为 .docx 后再设为模板"


def filled(template: bytes, record: CaseRecord) -> bytes:
    """The template with every placeholder filled. Raises SettingsError for a placeholder that is not known, with the
    list of those that are, and for a file that is not .docx."""
    word = _opened(template)
    values = form_values(record)
    stories = [part.element for part in word.part.package.iter_parts() if hasattr(part, "element")]
    paragraphs = [found for story in stories for found in _paragraphs(story)]
    _must_be_known((name for texts in paragraphs for name in _names(texts)), values)
    for texts in paragraphs:
        _fill(texts, values)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def form_values(record: CaseRecord) -> dict[str, str]:
    """Every placeholder that a template may hold, and its text."""
    return {name: in_lines(value(record)) for name, value in _VALUES.items()}


def _opened(template: bytes) -> Any:
    import docx  # noqa: PLC0415 (heavy)

    try:
        if (size := _size(template)) <= _MOST_BYTES:
            return docx.Document(io.BytesIO(template))
    except Exception as error:  # python-docx and lxml raise what they like on a broken file
        raise SettingsError(f"审批表模板打不开：不是完好的 .docx 文件；{_CURE}") from error
    raise SettingsError(f"审批表模板展开后有 {size >> 20} MiB，超过 64 MiB；{_CURE}")


def _size(template: bytes) -> int:
    """Bytes of all parts when inflated, as the file itself declares them; zipfile inflates no further."""
    with zipfile.ZipFile(io.BytesIO(template)) as package:
        return sum(info.file_size for info in package.infolist())


def _paragraphs(story: Any) -> Iterator[list[Any]]:
    """For each paragraph its own text elements, without those of a text box inside it."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (heavy)

    paragraph, text = qn("w:p"), qn("w:t")
    for found in story.iter(paragraph):
        texts = [one for one in found.iter(text) if next(one.iterancestors(paragraph)) is found]
        if texts:
            yield texts


def _names(texts: list[Any]) -> list[str]:
    return [name.strip() for name in _PLACEHOLDER.findall("".join(one.text or "" for one in texts))]


def _must_be_known(names: Iterator[str], values: dict[str, str]) -> None:
    unknown = sorted({name for name in names if name not in values})
    if unknown:
        listed = "、".join(f"{{{{{name}}}}}" for name in unknown)
        raise SettingsError(f"审批表模板中没有这样的占位符：{listed}；可用的有：{'、'.join(values)}")


def _fill(texts: list[Any], values: dict[str, str]) -> None:
    """Put the values into the runs, last placeholder first, so that offsets before it stay right."""
    before = [one.text or "" for one in texts]
    for match in reversed(list(_PLACEHOLDER.finditer("".join(before)))):
        _replace(texts, match.start(), match.end(), values[match[1].strip()])
    for one, text in zip(texts, before, strict=True):
        if one.text != text:
            _lay_out(one)


def _replace(texts: list[Any], start: int, end: int, value: str) -> None:
    """Take start..end of the joined text out of its elements; the value goes where it began."""
    at = 0
    for one in texts:
        text = one.text or ""
        low, high = max(start - at, 0), min(end - at, len(text))
        if low < high:
            one.text = text[:low] + (value if at <= start else "") + text[high:]
        at += len(text)


def _lay_out(element: Any) -> None:
    """Line feeds of a text element as Word's own line breaks; blanks at its ends are kept."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 (heavy)
    from docx.oxml.ns import qn  # noqa: PLC0415 (heavy)

    first, *others = (element.text or "").split("\n")
    element.text = first
    element.set(qn("xml:space"), "preserve")
    for line in reversed(others):
        text = OxmlElement("w:t")
        text.text = line
        text.set(qn("xml:space"), "preserve")
        element.addnext(text)
        element.addnext(OxmlElement("w:br"))


def _told(name: str) -> Callable[[CaseRecord], str]:
    return lambda record: str(getattr(record.declaration, name))


def _of(part: str, name: str) -> Callable[[CaseRecord], str]:
    """A field of a part of the record that may be missing."""
    return lambda record: str(getattr(getattr(record, part), name, ""))


def _opinion(words: tuple[str, ...], name: str) -> Callable[[CaseRecord], str]:
    return lambda record: str(getattr(record.opinion_of(*words), name, ""))


def _said(words: tuple[str, ...]) -> Callable[[CaseRecord], str]:
    def text(record: CaseRecord) -> str:
        found = record.opinion_of(*words)
        return "：".join(part for part in (found.conclusion, found.reason) if part) if found else ""

    return text


def _dated(value: Callable[[CaseRecord], str]) -> Callable[[CaseRecord], str]:
    return lambda record: fields.day(value(record))


def _recall(record: CaseRecord) -> str:
    recall = record.recall
    return f"{fields.day(recall.at)} {recall.by} {'、'.join(recall.channels)} {recall.reason}" if recall else ""


def _found(record: CaseRecord) -> str:
    return "\n".join(fields.hit_lines(record.screening.hits)) if record.screening else ""


def _counted(record: CaseRecord) -> str:
    return fields.counts(record.screening) if record.screening else "尚未筛查"


_OFFICES = {
    "初审": fields.DEPARTMENT, "复审": fields.SECRECY, "审批": fields.LEADER, "业务主管": fields.BUSINESS,
    "编辑": fields.EDITOR,
}  # fmt: skip

_VALUES: dict[str, Callable[[CaseRecord], str]] = {
    "编号": lambda record: record.number,
    "填表日期": lambda record: fields.day(record.created_at),
    "单位": lambda record: record.unit,
    "部门": lambda record: record.department,
    "申请人": lambda record: record.author,
    "联系电话": _told("contact"),
    "标题": _told("title"),
    "类别": _told("kind"),
    "类别选项": lambda record: fields.options(KINDS, record.declaration.kind),
    "发布依据": _told("release_basis"),
    "载体": _told("carrier"),
    "载体选项": fields.carrier,
    "密级声明": _told("classification"),
    "附件": fields.attachments,
    "图片": fields.photos,
    "图片作者": _told("photo_author"),
    "图片数量": _told("photo_count"),
    "渠道": _told("channel"),
    "渠道选项": lambda record: fields.ways(record.declaration.channel),
    "公开范围": _told("audience"),
    "拟公开时间": _dated(_told("planned_at")),
    "内容摘要": _told("summary"),
    "素材来源": _told("sources"),
    "引用内部文件": lambda record: "是" if record.declaration.cites_internal else "否",
    "状态": lambda record: record.state,
    "文件名": lambda record: record.filename,
    "SHA256": lambda record: record.sha256,
    "筛查结论": fields.screening_text,
    "处置": _of("screening", "disposition"),
    "疑点数": _counted,
    "疑点清单": _found,
    "规则库版本": _of("screening", "ruleset_version"),
    **{f"{name}意见": _said(words) for name, words in _OFFICES.items()},
    **{f"{name}人": _opinion(words, "name") for name, words in _OFFICES.items()},
    **{f"{name}日期": _dated(_opinion(words, "at")) for name, words in _OFFICES.items()},
    "保密审查结论": fields.secrecy_text,
    "不予公开理由": _of("refusal", "reason"),
    "不予公开依据": _of("refusal", "article"),
    "送审情况": fields.sent_up_text,
    "送审单位": _of("sent_up", "authority"),
    "送审文号": _of("sent_up", "document_no"),
    "送审日期": _dated(_of("sent_up", "sent_at")),
    "送审结论": _of("sent_up", "reply"),
    "发布人": _of("publication", "publisher"),
    "发布日期": _dated(_of("publication", "at")),
    "发布网址": _of("publication", "url"),
    "撤回记录": _recall,
    "留存说明": lambda record: fields.KEPT,  # noqa: ARG005 (one signature for all)
}
