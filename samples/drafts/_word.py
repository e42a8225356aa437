"""Word files set from a draft's text, with the places of Word that python-docx does not reach."""

import io
import zipfile
from collections.abc import Iterable, Sequence

import docx
from _draft import RED, Style, paragraphs
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

_UNUSED = ("thumbnail", "customXml", "stylesWithEffects")  # parts of the template of python-docx
_DATE = "2031-03-02T09:00:00Z"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.JUSTIFY,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


class Paper:
    """A Word file on A4 with the margins of an official document and no traces of its maker."""

    def __init__(self, text: str = "") -> None:
        self.docx = docx.Document()
        for relations in (self.docx.part.package.rels, self.docx.part.rels):
            for key in [key for key, value in relations.items() if value.reltype.endswith(_UNUSED)]:
                del relations[key]
        self._clear_properties()
        section = self.docx.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        normal = self.docx.styles["Normal"]
        normal.font.size = Pt(16)
        normal.paragraph_format.space_after = Pt(0)
        self.write_draft(text)

    def _clear_properties(self) -> None:
        from datetime import UTC, datetime

        properties = self.docx.core_properties
        properties.author = properties.comments = properties.last_modified_by = ""
        properties.created = properties.modified = datetime(2031, 3, 2, 9, 0, tzinfo=UTC)

    def write_draft(self, text: str) -> "Paper":
        """Set all paragraphs of a text."""
        for style, paragraph in paragraphs(text):
            self.write_paragraph(style, paragraph)
        return self

    def write_paragraph(self, style: Style, text: str) -> Paragraph:
        """Set one paragraph."""
        paragraph = self.docx.add_paragraph()
        layout = paragraph.paragraph_format
        layout.alignment = _ALIGN[style.align]
        layout.first_line_indent = Pt(style.size * style.indent)
        layout.space_before, layout.space_after = Pt(style.before), Pt(style.after)
        layout.line_spacing = Pt(max(28, style.size * 1.4))
        dress(paragraph.add_run(text), style)
        if style.rule:
            _red_line(paragraph)
        return paragraph

    def header(self, text: str, *, even: bool = False) -> None:
        """Put a line at the head of each page, or of the even pages."""
        section = self.docx.sections[0]
        if even:
            self.docx.settings.odd_and_even_pages_header_footer = True
        head = section.even_page_header if even else section.header
        dress(head.paragraphs[0].add_run(text), Style(size=14, font="黑体"))

    def table(self, rows: Sequence[Sequence[str]], widths: Sequence[float], size: float = 10.5) -> None:
        """A ruled table; widths in millimetres."""
        table = self.docx.add_table(len(rows), len(widths), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text, width in zip(row.cells, texts, widths, strict=True):
                cell.width = Mm(width)
                paragraph = cell.paragraphs[0]
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                dress(paragraph.add_run(text), Style(size=size, font="宋体"))

    def picture(self, image: bytes, width: float) -> None:
        """A picture in the middle, width in millimetres."""
        paragraph = self.docx.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run().add_picture(io.BytesIO(image), width=Mm(width))

    def bytes(self) -> bytes:
        """The finished file: equal bytes for equal content."""
        raw = io.BytesIO()
        self.docx.save(raw)
        out = io.BytesIO()
        with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                member = zipfile.ZipInfo(name, (2031, 3, 2, 9, 0, 0))
                member.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(member, source.read(name))
        return out.getvalue()


def dress(run: Run, style: Style) -> None:
    """Give a run its font, size and colour."""
    run.font.name = "Times New Roman"
    run.font.size = Pt(style.size)
    if style.colour != (0, 0, 0):
        run.font.color.rgb = RGBColor(*style.colour)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), style.font)  # noqa: SLF001


def _red_line(paragraph: Paragraph) -> None:
    colour = "".join(f"{part:02X}" for part in RED)
    border = parse_xml(
        f'<w:pBdr {_NAMESPACES}><w:bottom w:val="single" w:sz="18" w:space="6" w:color="{colour}"/></w:pBdr>'
    )
    # Word wants the parts of w:pPr in the order of the schema
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:spacing", "w:ind", "w:jc", "w:rPr")  # noqa: SLF001


def embed_word_file(paper: Paper, packed: bytes, name: str, icon: bytes) -> None:
    """Put a Word file into the Word file, shown as an icon with its name under it."""
    part = paper.docx.part
    package = Part(
        PackURI("/word/embeddings/Microsoft_Word_Document1.docx"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        packed,
        part.package,
    )
    image_id, _ = part.get_or_add_image(io.BytesIO(icon))
    package_id = part.relate_to(package, RELATION.PACKAGE)
    run = paper.docx.add_paragraph().add_run()
    run._r.append(  # noqa: SLF001
        parse_xml(
            f'<w:object {_NAMESPACES} w:dxaOrig="1520" w:dyaOrig="987">'
            '<v:shape id="_x0000_i1025" style="width:48pt;height:48pt" o:ole="">'
            f'<v:imagedata r:id="{image_id}" o:title=""/></v:shape>'
            '<o:OLEObject Type="Embed" ProgID="Word.Document.12" ShapeID="_x0000_i1025" DrawAspect="Icon" '
            f'ObjectID="_1920000001" r:id="{package_id}"/></w:object>'
        )
    )
    paper.write_draft(f"_{name}")


def custom_properties(paper: Paper, values: dict[str, str]) -> None:
    """Own document properties, as the dialogue 文件 > 信息 > 高级属性 > 自定义 writes them."""
    entries = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{name}">'
        f"<vt:lpwstr>{value}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), 2)
    )
    blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{entries}</Properties>'
    )
    package = paper.docx.part.package
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    package.relate_to(Part(PackURI("/docProps/custom.xml"), kind, blob.encode(), package), RELATION.CUSTOM_PROPERTIES)


def text_box(paragraph: Paragraph, text: str) -> None:
    """A box with text beside a paragraph, in the new form and in the old one for old programs, as Word writes it."""
    inner = (
        '<w:txbxContent><w:p><w:r><w:rPr><w:rFonts w:eastAsia="黑体"/><w:sz w:val="24"/></w:rPr>'
        f"<w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    )
    shape = (
        '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2340000" cy="360000"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
        f"<wps:txbx>{inner}</wps:txbx><wps:bodyPr/></wps:wsp>"
    )
    run = paragraph.add_run()
    run._r.append(  # noqa: SLF001
        parse_xml(
            f'<mc:AlternateContent {_NAMESPACES}><mc:Choice Requires="wps"><w:drawing>'
            '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="2340000" cy="360000"/>'
            '<wp:docPr id="71" name="文本框 1"/><a:graphic>'
            '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
            f"{shape}</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
            '<mc:Fallback><w:pict><v:shape id="_x0000_s1071" type="#_x0000_t202" style="width:184pt;height:28pt">'
            f"<v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
        )
    )


def track(paragraph: Paragraph, *, deleted: str = "", inserted: str = "", author: str) -> None:
    """Add a tracked deletion and a tracked insertion at the end of a paragraph."""
    for tag, text_tag, text in (("del", "delText", deleted), ("ins", "t", inserted)):
        if text:
            paragraph._p.append(  # noqa: SLF001
                parse_xml(
                    f'<w:{tag} {_NAMESPACES} w:id="{900 + len(paragraph._p)}" w:author="{author}" w:date="{_DATE}">'  # noqa: SLF001
                    '<w:r><w:rPr><w:rFonts w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/></w:rPr>'
                    f'<w:{text_tag} xml:space="preserve">{text}</w:{text_tag}></w:r></w:{tag}>'
                )
            )


def comment(paper: Paper, runs: Iterable[Run], text: str, author: str) -> None:
    """A note in the margin."""
    note = paper.docx.add_comment(list(runs), text=text, author=author, initials=author[:1])
    note._comment_elm.set(qn("w:date"), _DATE)  # noqa: SLF001
