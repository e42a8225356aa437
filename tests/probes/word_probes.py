"""One docx with a string at each of 113 places; names as in the inventory of the extraction reference."""

# ruff: noqa: ISC004, S608 - raw XML reads better unbroken

import io
from functools import cache

import openpyxl
from openpyxl.comments import Comment

from screening.domain.document import Hidden
from tests.probes.planting import Planted, Plants, ole_file, packaged, picture, relations, zipped

_X = "http://schemas.openxmlformats.org/"
SPACES = (
    f'xmlns:w="{_X}wordprocessingml/2006/main" xmlns:r="{_X}officeDocument/2006/relationships" '
    f'xmlns:wp="{_X}drawingml/2006/wordprocessingDrawing" xmlns:a="{_X}drawingml/2006/main" '
    f'xmlns:pic="{_X}drawingml/2006/picture" xmlns:c="{_X}drawingml/2006/chart" '
    f'xmlns:dgm="{_X}drawingml/2006/diagram" xmlns:m="{_X}officeDocument/2006/math" '
    f'xmlns:mc="{_X}markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_AUTHOR = 'w:id="1" w:date="2026-01-01T00:00:00Z"'
GONE, FORMAT, OFF = Hidden.DELETED, Hidden.FORMAT, Hidden.NOT_ON_PAGE


def run(text: str, look: str = "") -> str:
    """A w:r."""
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def para(inner: str, style: str = "") -> str:
    """A w:p around runs."""
    style = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{style}{inner}</w:p>"


def para_of(text: str, look: str = "") -> str:
    """A w:p with one run."""
    return para(run(text, look))


def cell(inner: str, properties: str = "") -> str:
    """A w:tc."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """A w:tr."""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def root(tag: str, inner: str, more: str = "") -> str:
    """A part with all name spaces."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{tag} {SPACES} {more}>{inner}</{tag}>'


def _text(plant: Plants) -> str:
    cut = plant("split_across_runs", "paragraph")
    marks = plant("split_by_prooferr_bookmark", "paragraph")
    zero = plant("split_by_zero_width", "paragraph")
    blanks = plant("split_by_spaces", "paragraph")
    hyphens = plant("split_by_noBreakHyphen_softHyphen", "paragraph")
    breaks = plant("split_by_line_break", "paragraph")
    above = plant("ruby_annotation", "paragraph", place="注音")
    base = plant("ruby_base", "paragraph")
    soft = "".join(f"<w:t>{char}</w:t><w:softHyphen/>" for char in hyphens)
    lines = "<w:br/>".join(f"<w:t>{char}</w:t>" for char in breaks)
    return "".join(
        (
            para_of(plant("body_paragraph", "paragraph", place="第1段")),
            para(run(plant("heading", "paragraph")), "Heading1"),
            para(run(cut[:3], "<w:b/>") + run(cut[3:], '<w:color w:val="FF0000"/>')),
            para(
                f'{run(marks[:2])}<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="3" w:name="_x"/>'
                f'{run(marks[2:])}<w:bookmarkEnd w:id="3"/>'
            ),
            para_of("\u200b".join(zero)),
            para_of("\u3000 ".join(blanks)),
            para(f"<w:r>{soft}</w:r>"),
            para(f"<w:r>{lines}</w:r>"),
            para(f"<w:r><w:ruby><w:rt>{run(above)}</w:rt><w:rubyBase>{run(base)}</w:rubyBase></w:ruby></w:r>"),
            f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>{run("编号段落")}</w:p>',
        ),
    )


def _tables(plant: Plants) -> str:
    nested = f"<w:tbl>{row(cell(para_of(plant('nested_table_cell', 'table_row', place='行内表1第1行'))))}</w:tbl>"
    title, words = plant("table_alt_title", "alt_text", OFF), plant("table_alt_description", "alt_text", OFF)
    hidden = plant("hidden_table_row", "hidden_text table_row", FORMAT)
    rows = (
        row(cell(para_of(plant("table_cell", "table_row", place="表1第1行第1列"))), cell(nested + para(""))),
        row(cell(para_of("起"), '<w:vMerge w:val="restart"/>')),
        row(
            cell(
                para_of(plant("vmerge_continuation_cell", "hidden_text", Hidden.MERGED_AWAY, "表1第3行")),
                "<w:vMerge/>",
            )
        ),
        row(
            cell(para_of(plant("deleted_table_row", "table_row", GONE, "表1第4行"))),
            properties=f'<w:del {_AUTHOR} w:author="删行者"/>',
        ),
        row(cell(para_of(hidden, "<w:vanish/>")), properties="<w:hidden/>"),
        f"<w:sdt><w:sdtContent>{row(cell(para_of(plant('sdt_table_row', 'table_row', place='表1第6行'))))}"
        "</w:sdtContent></w:sdt>",
    )
    captions = f'<w:tblPr><w:tblCaption w:val="{title}"/><w:tblDescription w:val="{words}"/></w:tblPr>'
    return f"<w:tbl>{captions}{''.join(rows)}</w:tbl>"


def _shape(text: str) -> str:
    return f"<wps:wsp><wps:txbx><w:txbxContent>{para_of(text)}</w:txbxContent></wps:txbx></wps:wsp>"


def _drawing(inner: str, attributes: str = 'name="图片 1"') -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" {attributes}/><a:graphic><a:graphicData uri="x">{inner}'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def _shapes(plant: Plants) -> str:
    choice = _drawing(_shape(plant("textbox_wps_choice", "text_box"))).removeprefix("<w:r>").removesuffix("</w:r>")
    fallback = plant("textbox_vml_fallback", "text_box", Hidden.FALLBACK)
    old = (
        f"<w:pict><v:shape><v:textbox><w:txbxContent>{para_of(fallback)}</w:txbxContent></v:textbox></v:shape></w:pict>"
    )
    only = plant("textbox_vml_only", "text_box")
    alt = plant("vml_alt_text", "alt_text", OFF)
    art = plant("vml_wordart_string", "text_box", place="艺术字")
    group = f"<wpg:wgp>{_shape(plant('textbox_in_group', 'text_box'))}</wpg:wgp>"
    return "".join(
        (
            para(
                f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice>'
                f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
            ),
            para(
                f'<w:r><w:pict><v:shape alt="{alt}"><v:textbox><w:txbxContent>{para_of(only)}</w:txbxContent>'
                f'</v:textbox></v:shape><v:shape><v:textpath string="{art}"/></v:shape></w:pict></w:r>'
            ),
            para(_drawing(group)),
        ),
    )


def _changes(plant: Plants) -> str:
    author = plant("tracked_change_author", "person", OFF, "修订作者")
    by = f'{_AUTHOR} w:author="{author}"'
    deleted = plant("tracked_deletion", "deleted", GONE)
    code = plant("deleted_field_code", "field_code", GONE)
    return "".join(
        (
            para(f"{run('前')}<w:ins {by}>{run(plant('tracked_insertion', 'paragraph'))}</w:ins>{run('后')}"),
            para(f"<w:del {by}><w:r><w:delText>{deleted}</w:delText></w:r></w:del>"),
            para(f"<w:moveFrom {by}>{run(plant('move_from', 'moved_away', Hidden.MOVED_AWAY))}</w:moveFrom>"),
            para(f"<w:moveTo {by}>{run(plant('move_to', 'paragraph'))}</w:moveTo>"),
            para(f"<w:del {by}><w:r><w:delInstrText>XE {code}</w:delInstrText></w:r></w:del>"),
        ),
    )


def _hidden(plant: Plants) -> str:
    black = '<w:highlight w:val="black"/><w:color w:val="000000"/>'
    white = plant("white_text", "hidden_text", Hidden.WHITE)
    tiny = plant("one_point_text", "hidden_text", Hidden.TINY)
    return "".join(
        (
            para(run("可见") + run(plant("hidden_vanish", "hidden_text", FORMAT), "<w:vanish/>")),
            para_of(plant("hidden_by_style", "hidden_text", FORMAT), '<w:rStyle w:val="SecretChar"/>'),
            para(run(plant("hidden_paragraph_style", "hidden_text", FORMAT)), "SecretPara"),
            para_of(white, '<w:color w:val="FFFFFF"/>'),
            para_of(tiny, '<w:sz w:val="2"/>'),
            para_of(plant("black_on_black", "hidden_text", Hidden.SAME_COLOUR), black),
        ),
    )


def _field(code: str, result: str, data: str = "") -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _fields(plant: Plants) -> str:
    code = plant("field_instruction", "field_code", OFF)
    simple = plant("fldSimple_instruction", "field_code", OFF)
    index = plant("hidden_field_XE", "field_code", OFF)
    helping = plant("formfield_help", "form_field", OFF, "帮助")
    default = plant("formfield_default", "form_field", OFF, "默认值")
    data = (
        f'<w:ffData><w:name w:val="Text1"/><w:helpText w:type="text" w:val="{helping}"/>'
        f'<w:textInput><w:default w:val="{default}"/></w:textInput></w:ffData>'
    )
    tip = plant("hyperlink_tooltip", "link", OFF)
    link = f'<w:hyperlink r:id="rLink" w:tooltip="{tip}">{run(plant("hyperlink_text", "paragraph"))}</w:hyperlink>'
    result = run(plant("fldSimple_result", "paragraph"))
    return "".join(
        (
            para(_field(f" DOCPROPERTY {code} ", plant("field_result", "paragraph"))),
            para(f'<w:fldSimple w:instr=" DOCPROPERTY {simple} ">{result}</w:fldSimple>'),
            para(
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:rPr><w:vanish/></w:rPr>'
                f'<w:instrText> XE "{index}" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
            ),
            para(_field(" FORMTEXT ", plant("formfield_value", "paragraph"), data)),
            para(link),
        ),
    )


def _controls(plant: Plants) -> str:
    alias, tag = plant("sdt_alias", "form_field", OFF, "标题"), plant("sdt_tag", "form_field", OFF, "标记")
    entry = plant("sdt_dropdown_unchosen", "form_field", OFF, "列表项")
    properties = (
        f'<w:sdtPr><w:alias w:val="{alias}"/><w:tag w:val="{tag}"/><w:dropDownList>'
        f'<w:listItem w:displayText="{entry}" w:value="1"/></w:dropDownList></w:sdtPr>'
    )
    block = para_of(plant("sdt_block", "paragraph"))
    inline = run(plant("sdt_inline", "paragraph"))
    smart = run(plant("smart_tag", "paragraph"))
    custom = run(plant("customXml_inline", "paragraph"))
    mark = plant("bookmark_name", "bookmark", OFF)
    formula = plant("math_text", "paragraph")
    return "".join(
        (
            f"<w:sdt>{properties}<w:sdtContent>{block}</w:sdtContent></w:sdt>",
            para(f"<w:sdt><w:sdtContent>{inline}</w:sdtContent></w:sdt>"),
            para(f'<w:smartTag w:element="x">{smart}</w:smartTag><w:customXml w:element="y">{custom}</w:customXml>'),
            para(f'<w:bookmarkStart w:id="9" w:name="{mark}"/><w:bookmarkEnd w:id="9"/>{run("书签处")}'),
            para(f"<m:oMathPara><m:oMath><m:r><m:t>{formula}</m:t></m:r></m:oMath></m:oMathPara>"),
        ),
    )


def _blip(identity: str, crop: str = "") -> str:
    fill = f'<pic:blipFill><a:blip r:embed="{identity}"/>{crop}</pic:blipFill>'
    return f'<pic:pic><pic:nvPicPr><pic:cNvPr id="2" name="图片 2"/></pic:nvPicPr>{fill}</pic:pic>'


def _drawn(plant: Plants) -> str:
    name = plant("picture_name", "alt_text", OFF, "对象名称")
    descr = plant("picture_alt_descr", "alt_text", OFF)
    title = plant("picture_alt_title", "alt_text", OFF)
    smart = '<dgm:relIds r:dm="rSmart" r:lo="rNone"/>'
    ole = '<w:r><w:object><o:OLEObject Type="Embed" r:id="{}"/></w:object></w:r>'
    return "".join(
        (
            para(_drawing(_blip("rPic"), f'name="{name}" descr="{descr}" title="{title}"')),
            para(_drawing(_blip("rCrop", '<a:srcRect r="50000"/>'))),
            para(_drawing(_blip("rExif"))),
            para(_drawing('<c:chart r:id="rChart"/>', 'name="图表 1"')),
            para(_drawing(smart)),
            para("".join(ole.format(identity) for identity in ("rBook", "rDoc", "rOle"))),
            '<w:altChunk r:id="rHtml"/>',
        ),
    )


def _sections(plant: Plants) -> dict[str, str | bytes]:
    mark = plant("header_watermark", "text_box", place="水印")
    water = (
        f'<w:r><w:pict><v:shape id="PowerPlusWaterMarkObject1"><v:textpath string="{mark}"/></v:shape></w:pict></w:r>'
    )
    boxed = _shape(plant("textbox_in_footer", "text_box", place="页脚"))
    shown = {
        "header1": para_of(plant("header_default", "header")) + para(water),
        "header2": para_of(plant("header_first", "header", place="首页页眉")),
        "header3": para_of(plant("header_even", "header", OFF, "偶数页页眉")),
        "footer1": para_of(plant("footer_default", "footer")) + para(_drawing(boxed)),
        "footer2": para_of(plant("footer_first", "footer", place="首页页脚")),
    }
    return {f"word/{name}.xml": root("w:hdr" if "h" in name[:1] else "w:ftr", xml) for name, xml in shown.items()}


def _beside(plant: Plants) -> dict[str, str | bytes]:
    foot, end = plant("footnote", "footnote"), plant("endnote", "endnote")
    author, short = plant("comment_author", "person", OFF), plant("comment_initials", "person", OFF)
    comment = para_of(plant("comment_text", "comment"))
    person = plant("people_part_author", "person", OFF)
    style = plant("style_name", "metadata", OFF, "样式名")
    number = plant("auto_number_text", "paragraph", place="自动编号")
    return {
        "word/footnotes.xml": root("w:footnotes", f'<w:footnote w:id="2">{para_of(foot)}</w:footnote>'),
        "word/endnotes.xml": root("w:endnotes", f'<w:endnote w:id="2">{para_of(end)}</w:endnote>'),
        "word/comments.xml": root(
            "w:comments",
            f'<w:comment w:id="0" w:author="{author}" w:initials="{short}">{comment}</w:comment>',
        ),
        "word/people.xml": root("w15:people", f'<w15:person w15:author="{person}"/>'),
        "word/styles.xml": root(
            "w:styles",
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="a1"><w:name w:val="{style}"/></w:style>'
            '<w:style w:type="character" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style>'
            '<w:style w:type="character" w:styleId="SecretChar"><w:basedOn w:val="Base"/></w:style>'
            '<w:style w:type="paragraph" w:styleId="SecretPara"><w:rPr><w:vanish/></w:rPr></w:style>',
        ),
        "word/numbering.xml": root(
            "w:numbering",
            f'<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:lvlText w:val="{number}%1号"/></w:lvl>'
            '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
        ),
        "word/settings.xml": root(
            "w:settings",
            f'<w:mailMerge><w:query w:val="SELECT * FROM {plant("mailmerge_query", "metadata", OFF)}"/></w:mailMerge>'
            f'<w:attachedTemplate r:id="rT"/><w:docVars><w:docVar w:name="{plant("docvar_name", "metadata", OFF)}" '
            f'w:val="{plant("docvar_value", "metadata", OFF)}"/></w:docVars>',
        ),
        "word/_rels/settings.xml.rels": relations(
            ("rT", "attachedTemplate", f"!file:///C:/{plant('attached_template_path', 'metadata', OFF)}.dotx"),
        ),
        "word/glossary/document.xml": root(
            "w:glossaryDocument",
            "<w:docParts><w:docPart><w:docPartBody>"
            f"{para_of(plant('glossary_autotext', 'hidden_text', OFF, '自动图文集'))}"
            "</w:docPartBody></w:docPart></w:docParts>",
        ),
    }


def _workbook(plant: Plants, prefix: str, names: tuple[str, str, str]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = plant(names[0], "table_row", place=prefix)
    sheet["A1"].comment = Comment(plant(names[2], "comment", place=prefix), "某人")
    hidden = book.create_sheet("另一张")
    hidden["B2"] = plant(names[1], "table_row", Hidden.SHEET, prefix)
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _inner_docx(text: str) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
            "word/document.xml": root("w:document", f"<w:body>{para_of(text)}</w:body>"),
        },
    )


TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def _packed(plant: Plants) -> dict[str, str | bytes]:
    title = plant("chart_title", "chart")
    label = plant("chart_cached_category", "chart")
    chart = (
        f"<c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
        "<c:plotArea><c:barChart><c:ser><c:cat><c:strRef><c:strCache>"
        f'<c:pt idx="0"><c:v>{label}</c:v></c:pt></c:strCache></c:strRef></c:cat></c:ser></c:barChart></c:plotArea>'
        "</c:chart>"
    )
    smart = plant("smartart_data", "smart_art")
    cache_text = plant("smartart_drawing_cache", "smart_art", Hidden.FALLBACK)
    said = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    payload = plant("embedded_ole_package_txt", "paragraph", place="附件")
    filename = plant("embedded_ole_package_filename", "attachment", OFF)
    html = plant("altchunk_html", "paragraph")
    native = packaged(f"{filename}.txt", f"{payload}，本单位工作人员名单".encode("gb18030"))
    inner = "附件《{}》".format
    return {
        "word/charts/chart1.xml": root("c:chartSpace", chart),
        "word/charts/_rels/chart1.xml.rels": relations(("r1", "package", "../embeddings/chart.xlsx")),
        "word/embeddings/chart.xlsx": _workbook(
            plant,
            inner("chart.xlsx"),
            ("chart_workbook_visible", "chart_workbook_hidden_sheet", "chart_workbook_comment"),
        ),
        "word/diagrams/data1.xml": root("dgm:dataModel", f"<dgm:pt><dgm:t>{said.format(smart)}</dgm:t></dgm:pt>"),
        "word/diagrams/drawing1.xml": root("dsp:drawing", said.format(smart) + said.format(cache_text)),
        "word/embeddings/book.xlsx": _workbook(
            plant,
            inner("book.xlsx"),
            ("embedded_xlsx_cell", "embedded_xlsx_hidden_sheet", "embedded_xlsx_comment"),
        ),
        "word/embeddings/inner.docx": _inner_docx(plant("embedded_docx_body", "paragraph", place=inner("inner.docx"))),
        "word/embeddings/oleObject1.bin": ole_file("\x01Ole10Native", native),
        "word/chunk.html": f"<html><head><meta charset='utf-8'></head><body><p>{html}</p></body></html>",
        "word/media/image1.png": picture(plant("picture_pixels_png", "image_text", pixels=True)),
        "word/media/image2.png": picture(
            plant("picture_cropped_away", "image_text", Hidden.CROPPED, pixels=True), left=600, width=1000
        ),
        "word/media/image3.jpeg": picture("随图", "JPEG", exif=plant("picture_exif", "metadata property image", OFF)),
        "docProps/thumbnail.jpeg": picture(plant("thumbnail_pixels", "image_text", OFF, pixels=True), "JPEG"),
    }


def _properties(plant: Plants) -> dict[str, str | bytes]:
    def filled(tag: str, name: str, place: str) -> str:
        return f"<{tag}>{plant(name, 'property', OFF, place)}</{tag.split(maxsplit=1)[0]}>"

    core = (
        ("dc:title", "core_title", "标题"),
        ("dc:subject", "core_subject", "主题"),
        ("dc:creator", "core_author", "作者"),
        ("cp:keywords", "core_keywords", "关键词"),
        ("dc:description", "core_comments", "备注"),
        ("cp:lastModifiedBy", "core_last_modified_by", "最后修改者"),
        ("cp:category", "core_category", "类别"),
        ("cp:contentStatus", "core_status", "状态"),
    )
    app = (
        ("Template", "app_template", "模板"),
        ("Company", "app_company", "单位"),
        ("Manager", "app_manager", "经理"),
        ("HyperlinkBase", "app_hyperlink_base", "超链接基础"),
    )
    name = plant("custom_property_name", "property", OFF, "自定义属性名")
    value = plant("custom_property_value", "property", OFF, "自定义属性值")
    space = f"{_X}officeDocument/2006/"
    return {
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_X}package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        + "".join(filled(*item) for item in core)
        + "</cp:coreProperties>",
        "docProps/app.xml": f'<Properties xmlns="{space}extended-properties"><Application>Microsoft Office Word'
        "</Application>" + "".join(filled(*item) for item in app) + "</Properties>",
        "docProps/custom.xml": f'<Properties xmlns="{space}custom-properties" xmlns:vt="{space}docPropsVTypes">'
        f'<property fmtid="x" pid="2" name="{name}"><vt:lpwstr>{value}</vt:lpwstr></property></Properties>',
        "customXml/item1.xml": f"<root><secret>{plant('custom_xml_item', 'metadata', OFF)}</secret></root>",
        "word/leftover.xml": f"<x><p>{plant('orphan_part', 'orphan', Hidden.DETACHED)}</p></x>",
    }


_ENDS = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rH1"/><w:headerReference w:type="first" r:id="rH2"/>'
    '<w:headerReference w:type="even" r:id="rH3"/><w:footerReference w:type="default" r:id="rF1"/>'
    '<w:footerReference w:type="first" r:id="rF2"/><w:titlePg/></w:sectPr>'
)
_NOTED = '<w:p><w:r><w:footnoteReference w:id="2"/><w:endnoteReference w:id="2"/></w:r></w:p>'


@cache
def word_probe() -> tuple[bytes, dict[str, Planted]]:
    """The file and its table of places."""
    plant = Plants("A")
    parts = (_text, _tables, _shapes, _changes, _hidden, _fields, _controls, _drawn)
    body = "".join(part(plant) for part in parts)
    target = plant("hyperlink_target", "link", OFF)
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(
            ("r1", "officeDocument", "word/document.xml"),
            ("r2", "metadata/core-properties", "docProps/core.xml"),
            ("r3", "extended-properties", "docProps/app.xml"),
            ("r4", "custom-properties", "docProps/custom.xml"),
            ("r5", "metadata/thumbnail", "docProps/thumbnail.jpeg"),
        ),
        "word/document.xml": root("w:document", f"<w:body>{body}{_NOTED}{_ENDS}</w:body>"),
        "word/_rels/document.xml.rels": relations(
            ("rLink", "hyperlink", f"!http://example.invalid/{target}"),
            ("rPic", "image", "media/image1.png"),
            ("rCrop", "image", "media/image2.png"),
            ("rExif", "image", "media/image3.jpeg"),
            ("rChart", "chart", "charts/chart1.xml"),
            ("rSmart", "diagramData", "diagrams/data1.xml"),
            ("rSmart2", "diagramDrawing", "diagrams/drawing1.xml"),
            ("rBook", "package", "embeddings/book.xlsx"),
            ("rDoc", "package", "embeddings/inner.docx"),
            ("rOle", "oleObject", "embeddings/oleObject1.bin"),
            ("rHtml", "aFChunk", "chunk.html"),
            *((f"rH{n}", "header", f"header{n}.xml") for n in (1, 2, 3)),
            *((f"rF{n}", "footer", f"footer{n}.xml") for n in (1, 2)),
            *((f"rP{kind}", kind, f"{kind}.xml") for kind in ("footnotes", "endnotes", "comments", "people")),
            *((f"rQ{kind}", kind, f"{kind}.xml") for kind in ("styles", "numbering", "settings")),
            ("rG", "glossaryDocument", "glossary/document.xml"),
            ("rX", "customXml", "../customXml/item1.xml"),
        ),
    }
    for part in (_sections, _beside, _packed, _properties):
        members |= part(plant)
    return zipped(members), plant.table
