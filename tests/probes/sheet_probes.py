"""One xlsx with a string at each of its places."""

# ruff: noqa: E501, ISC004 - raw XML reads better unbroken

from functools import cache

from screening.domain.document import Hidden
from tests.probes.planting import Planted, Plants, ole_file, packaged, picture, relations, zipped
from tests.probes.word_probes import TYPES

_X = "http://schemas.openxmlformats.org/"
_SPACES = (
    f'xmlns="{_X}spreadsheetml/2006/main" xmlns:r="{_X}officeDocument/2006/relationships" '
    f'xmlns:a="{_X}drawingml/2006/main" xmlns:xdr="{_X}drawingml/2006/spreadsheetDrawing" '
    f'xmlns:c="{_X}drawingml/2006/chart" xmlns:v="urn:schemas-microsoft-com:vml"'
)
OFF, AWAY = Hidden.NOT_ON_PAGE, Hidden.ROW_OR_COLUMN


def _root(tag: str, inner: str) -> str:
    return f"<{tag} {_SPACES}>{inner}</{tag}>"


def _inline(reference: str, text: str, more: str = "") -> str:
    return f'<c r="{reference}" t="inlineStr" {more}><is><t>{text}</t></is></c>'


def _shared(plant: Plants) -> str:
    rich = plant("rich_text", "table_row")
    return _root(
        "sst",
        f"<si><t>{plant('shared_string', 'table_row', place='工作表《甲表》第1行第1列')}</t></si>"
        f"<si><r><t>{rich[:3]}</t></r><r><rPr><b/></rPr><t>{rich[3:]}</t></r>"
        f"<rPh><t>{plant('phonetic_hint', 'metadata', OFF)}</t></rPh></si>"
        f"<si><t>{plant('unused_shared_string', 'orphan', Hidden.DETACHED)}</t></si>",
    )


def _first(plant: Plants) -> str:
    cached, code = plant("formula_result", "table_row"), plant("formula_code", "field_code", OFF)
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>',
        f'<row r="2">{_inline("A2", plant("inline_string", "table_row", place="第2行"))}'
        f'<c r="B2" t="str"><f>IF(A1="{code}",1,2)</f><v>{cached}</v></c>'
        f"{_inline('D2', plant('hidden_column', 'table_row', AWAY))}</row>",
        f'<row r="3" hidden="1">{_inline("A3", plant("hidden_row", "table_row", AWAY, "第3行"))}</row>',
        f'<row r="4" ht="0">{_inline("A4", plant("zero_height_row", "table_row", AWAY))}</row>',
        f'<row r="5">{_inline("A5", plant("number_format_hides", "table_row", Hidden.FORMAT), "s=" + chr(34) + "2" + chr(34))}'
        f"{_inline('F5', plant('zero_width_column', 'table_row', AWAY))}"
        f"{_inline('C5', plant('cell_after_gap', 'table_row', place='第5行第3列'))}</row>",
    )
    prompt, error = plant("validation_prompt", "form_field", OFF), plant("validation_error", "form_field", OFF)
    ends = (
        f"<oddHeader>&amp;C{plant('page_header', 'header')}</oddHeader>",
        f"<oddFooter>{plant('page_footer', 'footer')}</oddFooter><evenHeader>{plant('even_header', 'header')}</evenHeader>",
        f"<firstFooter>{plant('first_footer', 'footer')}</firstFooter>",
    )
    return _root(
        "worksheet",
        '<cols><col min="4" max="4" hidden="1"/><col min="6" max="6" width="0"/></cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        f'<scenarios><scenario name="{plant("scenario_name", "metadata", OFF)}" '
        f'comment="{plant("scenario_comment", "metadata", OFF)}"/></scenarios>'
        f'<dataValidations><dataValidation prompt="{prompt}" error="{error}" '
        f'promptTitle="{plant("validation_prompt_title", "form_field", OFF)}">'
        f'<formula1>"{plant("validation_list", "form_field", OFF)},乙"</formula1></dataValidation></dataValidations>'
        f'<hyperlinks><hyperlink ref="A1" r:id="rL" tooltip="{plant("link_tooltip", "link", OFF)}"/></hyperlinks>'
        f"<headerFooter>{''.join(ends)}</headerFooter>"
        f'<strange word="{plant("foreign_attribute", "metadata", OFF)}"/>'
        f"<!-- {plant('xml_comment', 'code_comment', OFF)} -->"
        '<drawing r:id="rD"/>',
    )


def _drawing(plant: Plants) -> str:
    box = f"<xdr:txBody><a:p><a:r><a:t>{plant('drawing_text', 'text_box')}</a:t></a:r></a:p></xdr:txBody>"
    marks = (
        f'id="1" name="{plant("shape_name", "alt_text", OFF)}" descr="{plant("alt_descr", "alt_text", OFF)}" '
        f'title="{plant("alt_title", "alt_text", OFF)}"'
    )
    return _root(
        "xdr:wsDr",
        f"<xdr:sp><xdr:nvSpPr><xdr:cNvPr {marks}/></xdr:nvSpPr>{box}</xdr:sp>"
        '<xdr:graphicFrame><c:chart r:id="rC"/></xdr:graphicFrame>'
        '<xdr:pic><xdr:blipFill><a:blip r:embed="rP"/></xdr:blipFill></xdr:pic>',
    )


def _chart(plant: Plants) -> str:
    return _root(
        "c:chartSpace",
        f"<c:chart><c:title><a:p><a:r><a:t>{plant('chart_title', 'chart')}</a:t></a:r></a:p></c:title><c:ser>"
        f"<c:tx><c:v>{plant('chart_series_name', 'chart')}</c:v></c:tx><c:cat><c:strRef>"
        f"<c:f>'{plant('chart_formula_sheet_name', 'metadata', OFF)}'!A1</c:f><c:strCache><c:pt>"
        f"<c:v>{plant('chart_category', 'chart')}</c:v></c:pt></c:strCache></c:strRef></c:cat></c:ser></c:chart>",
    )


def _beside(plant: Plants) -> dict[str, str | bytes]:
    author = plant("comment_author", "person", OFF)
    threaded = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    payload = plant("ole_package_content", "paragraph")
    native = packaged(f"{plant('ole_package_name', 'attachment', OFF)}.txt", f"{payload}工作人员名单".encode("gb18030"))
    return {
        "xl/comments1.xml": _root(
            "comments",
            f'<authors><author>{author}</author></authors><commentList><comment ref="A1" authorId="0"><text><r>'
            f"<t>{plant('comment_text', 'comment', place='A1')}</t></r></text></comment></commentList>",
        ),
        "xl/threadedComments/threadedComment1.xml": f'<ThreadedComments xmlns="{threaded}"><threadedComment ref="A2">'
        f"<text>{plant('threaded_comment', 'comment', place='A2')}</text></threadedComment></ThreadedComments>",
        "xl/persons/person.xml": f'<personList xmlns="{threaded}"><person '
        f'displayName="{plant("threaded_person", "person", OFF)}" userId="{plant("person_account", "person", OFF)}"/>'
        "</personList>",
        "xl/tables/table1.xml": _root(
            "table",
            f'<tableColumns><tableColumn id="1" name="{plant("table_column", "metadata", OFF)}"/></tableColumns>',
        ),
        "xl/externalLinks/externalLink1.xml": _root(
            "externalLink",
            f'<externalBook r:id="r1"><sheetNames><sheetName val="{plant("external_sheet_name", "metadata", OFF)}"/>'
            '</sheetNames><sheetDataSet><sheetData><row r="1"><cell r="A1" t="str">'
            f"<v>{plant('external_cached_value', 'metadata', OFF)}</v></cell></row></sheetData></sheetDataSet></externalBook>",
        ),
        "xl/externalLinks/_rels/externalLink1.xml.rels": relations(
            ("r1", "externalLinkPath", f"!file:///D:/{plant('external_path', 'metadata', OFF)}.xlsx"),
        ),
        "xl/pivotCache/pivotCacheDefinition1.xml": _root(
            "pivotCacheDefinition",
            f'<cacheField name="x"><sharedItems><s v="{plant("pivot_cache_item", "metadata", OFF)}"/></sharedItems></cacheField>',
        ),
        "xl/pivotCache/pivotCacheRecords1.xml": _root(
            "pivotCacheRecords", f'<r><s v="{plant("pivot_cache_record", "metadata", OFF)}"/></r>'
        ),
        "xl/embeddings/oleObject1.bin": ole_file("\x01Ole10Native", native),
        "xl/connections.xml": _root("connections", f'<connection name="{plant("connection_name", "metadata", OFF)}"/>'),
        "xl/orphan.xml": f"<a>{plant('orphan_part', 'orphan', Hidden.DETACHED)}</a>",
        "xl/media/image1.png": picture(plant("picture_pixels", "image_text", pixels=True)),
    }


def _properties(plant: Plants) -> dict[str, str | bytes]:
    return {
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_X}package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{plant("core_title", "property", OFF, "标题")}</dc:title>'
        f"<dc:creator>{plant('core_author', 'property', OFF, '作者')}</dc:creator></cp:coreProperties>",
        "docProps/app.xml": f'<Properties xmlns="{_X}officeDocument/2006/extended-properties" '
        f'xmlns:vt="{_X}officeDocument/2006/docPropsVTypes"><Company>{plant("app_company", "property", OFF, "单位")}'
        "</Company><TitlesOfParts><vt:vector><vt:lpstr>甲表</vt:lpstr>"
        f"<vt:lpstr>{plant('app_old_sheet_name', 'property', OFF)}</vt:lpstr></vt:vector></TitlesOfParts></Properties>",
        "docProps/custom.xml": f'<Properties xmlns="{_X}officeDocument/2006/custom-properties" '
        f'xmlns:vt="{_X}officeDocument/2006/docPropsVTypes"><property name="{plant("custom_name", "property", OFF)}">'
        f"<vt:lpwstr>{plant('custom_value', 'property', OFF)}</vt:lpwstr></property></Properties>",
    }


@cache
def sheet_probe() -> tuple[bytes, dict[str, Planted]]:
    """The file and its table of places."""
    plant = Plants("X")

    def lone(name: str, hidden: Hidden) -> str:
        return _root(
            "worksheet", f'<sheetData><row r="1">{_inline("A1", plant(name, "table_row", hidden))}</row></sheetData>'
        )

    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(
            ("r1", "officeDocument", "xl/workbook.xml"),
            ("r2", "metadata/core-properties", "docProps/core.xml"),
            ("r3", "extended-properties", "docProps/app.xml"),
            ("r4", "custom-properties", "docProps/custom.xml"),
        ),
        "xl/workbook.xml": _root(
            "workbook",
            f'<sheets><sheet name="甲表" sheetId="1" r:id="r1"/><sheet name="乙表" state="hidden" r:id="r2"/>'
            f'<sheet name="丙表" state="veryHidden" r:id="r3"/>'
            f'<sheet name="{plant("sheet_name", "title")}" r:id="r4"/></sheets><definedNames>'
            f'<definedName name="{plant("defined_name", "bookmark", OFF)}" '
            f'comment="{plant("defined_name_comment", "comment", OFF)}">"{plant("defined_name_value", "bookmark", OFF)}"'
            "</definedName></definedNames>",
        ),
        "xl/_rels/workbook.xml.rels": relations(
            *((f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in (1, 2, 3, 4)),
            ("r5", "sharedStrings", "sharedStrings.xml"),
            ("r6", "styles", "styles.xml"),
            ("r7", "person", "persons/person.xml"),
            ("r8", "externalLink", "externalLinks/externalLink1.xml"),
            ("r9", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
            ("r10", "connections", "connections.xml"),
        ),
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": relations(
            ("r1", "pivotCacheRecords", "pivotCacheRecords1.xml")
        ),
        "xl/styles.xml": _root(
            "styleSheet",
            '<numFmts><numFmt numFmtId="170" formatCode=";;;"/></numFmts>'
            '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs>',
        ),
        "xl/sharedStrings.xml": _shared(plant),
        "xl/worksheets/sheet1.xml": _first(plant),
        "xl/worksheets/sheet2.xml": lone("hidden_sheet", Hidden.SHEET),
        "xl/worksheets/sheet3.xml": lone("very_hidden_sheet", Hidden.SHEET),
        "xl/worksheets/sheet4.xml": _root("worksheet", "<sheetData/>"),
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            ("rD", "drawing", "../drawings/drawing1.xml"),
            ("rL", "hyperlink", f"!http://example.invalid/{plant('link_target', 'link', OFF)}"),
            ("rK", "comments", "../comments1.xml"),
            ("rT", "threadedComment", "../threadedComments/threadedComment1.xml"),
            ("rB", "table", "../tables/table1.xml"),
            ("rO", "oleObject", "../embeddings/oleObject1.bin"),
        ),
        "xl/drawings/drawing1.xml": _drawing(plant),
        "xl/drawings/_rels/drawing1.xml.rels": relations(
            ("rC", "chart", "../charts/chart1.xml"), ("rP", "image", "../media/image1.png")
        ),
        "xl/charts/chart1.xml": _chart(plant),
    }
    return zipped(members | _beside(plant) | _properties(plant)), plant.table
