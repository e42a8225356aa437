"""Drafts of the stories, written by python-docx as an office would write them. Nobody in them exists."""

import io
from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

PHONE = "13800138000"
NUMBER = "110199190001010016"
MARK = "机密★5年"
CANARY = "云岭市二号水库闸门"
_WRITTEN = datetime(2031, 5, 6, 9, 0, tzinfo=UTC)


def checked(seventeen: str) -> str:
    """An identity number with its check digit."""
    total = sum(int(digit) * (2 ** (17 - at) % 11) for at, digit in enumerate(seventeen))
    return seventeen + "10X98765432"[total % 11]


def twelve() -> bytes:
    """A draft with twelve findings, half of them where nobody looks."""
    paper = _paper("安小禾")
    paper.sections[0].header.paragraphs[0].text = "内部资料 注意保存"
    paper.add_paragraph("云岭市供水改造工程全面开工")
    paper.add_paragraph(f"咨询请找经办人周原，手机{PHONE}。")
    paper.add_paragraph(f"困难家庭户主林小满，身份证号{checked('11019919000101001')}，工程优先为其接通。")
    paper.add_paragraph("林小满家住云岭市青石街道望江路18号2单元301室。")
    paper.add_paragraph("预计2031年全市财政拨款3.2亿元，该数据尚未公布。")
    _struck(paper.add_paragraph("工程分三期实施。"), "原定由另一家单位承建。", "安小禾")
    shown = paper.add_paragraph("市民可以在线查询进度。")
    shown.add_run("此句发稿前删去").font.hidden = True
    paper.add_comment(runs=[shown.runs[0]], text="这一段请再核实", author="常一川", initials="")
    return _bytes(paper)


def mended() -> bytes:
    """The same draft with the three passages put right that were asked for, and nothing else changed in the text."""
    paper = _paper("安小禾")
    paper.add_paragraph("云岭市供水改造工程全面开工")
    paper.add_paragraph(f"咨询请找经办人周原，手机{PHONE}。")
    paper.add_paragraph("困难家庭户主林某某，工程优先为其接通。")
    paper.add_paragraph("林某某家住青石街道。")
    paper.add_paragraph("工程分三期实施。")
    return _bytes(paper)


def three(title: str = "云岭市供水改造工程全面开工") -> bytes:
    """The same draft when the author has put it right: one telephone, one name and a picture are left."""
    paper = _paper("安小禾")
    paper.add_paragraph(title)
    paper.add_paragraph(f"咨询请拨公开服务电话，手机{PHONE}。")
    paper.add_paragraph("工程分三期实施。市民可以在线查询进度。")
    return _bytes(paper)


def marked(line: str = MARK) -> bytes:
    """A draft with a state-secret mark above a text that nobody may read afterwards."""
    paper = _paper("安小禾")
    paper.add_paragraph(line)
    paper.add_paragraph(f"{CANARY}检修安排")
    paper.add_paragraph(f"联系人手机{PHONE}。")
    return _bytes(paper)


def telephones(lines: int) -> bytes:
    """A text with a telephone in every line."""
    rows = (f"第{at}组联系人手机{13800130000 + at}。" for at in range(lines))
    return "\n".join(["云岭市志愿服务队联络表", *rows]).encode()


def repeated() -> bytes:
    """A text in which one telephone comes four times, another one once."""
    return "\n".join([*(f"第{at}组联系人手机{PHONE}。" for at in range(1, 5)), "总联系人手机13800138001。"]).encode()


def kept(folder: Path, name: str, data: bytes) -> Path:
    """A file that a browser can choose."""
    path = folder / name
    path.write_bytes(data)
    return path


def _paper(author: str) -> Document:
    paper = docx.Document()
    properties = paper.core_properties
    properties.author, properties.comments, properties.created = author, "", _WRITTEN
    return paper


def _struck(paragraph: docx.text.paragraph.Paragraph, text: str, author: str) -> None:
    """A deletion that is tracked, not done."""
    deletion, run, words = OxmlElement("w:del"), OxmlElement("w:r"), OxmlElement("w:delText")
    for name, value in (("w:id", "7"), ("w:author", author), ("w:date", "2031-05-06T09:00:00Z")):
        deletion.set(qn(name), value)
    words.text = text
    run.append(words)
    deletion.append(run)
    paragraph._p.append(deletion)


def _bytes(paper: Document) -> bytes:
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()
