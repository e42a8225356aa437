"""One pptx with a string at each of its places."""

# ruff: noqa: E501, ISC004 - raw XML reads better unbroken

from functools import cache

from screening.domain.document import Hidden
from tests.probes.planting import Planted, Plants, ole_file, packaged, picture, relations, zipped
from tests.probes.word_probes import TYPES

_X = "http://schemas.openxmlformats.org/"
_SPACES = (
    f'xmlns:p="{_X}presentationml/2006/main" xmlns:r="{_X}officeDocument/2006/relationships" '
    f'xmlns:a="{_X}drawingml/2006/main" xmlns:c="{_X}drawingml/2006/chart" xmlns:dgm="{_X}drawingml/2006/diagram" '
    f'xmlns:mc="{_X}markup-compatibility/2006" xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram" '
    'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"'
)
OFF = Hidden.NOT_ON_PAGE


def _root(tag: str, inner: str, more: str = "") -> str:
    return f"<{tag} {_SPACES} {more}>{inner}</{tag}>"


def _para(text: str, look: str = "") -> str:
    return f"<a:p><a:r>{look}<a:t>{text}</a:t></a:r></a:p>"


def _shape(inner: str, marks: str = 'name="文本框 1"', left: int = 0, fill: str = "") -> str:
    place = f'<a:xfrm><a:off x="{left}" y="0"/><a:ext cx="100" cy="100"/></a:xfrm>{fill}'
    return f'<p:sp><p:nvSpPr><p:cNvPr id="1" {marks}/></p:nvSpPr><p:spPr>{place}</p:spPr><p:txBody>{inner}</p:txBody></p:sp>'


def _tree(tag: str, inner: str, more: str = "") -> str:
    return _root(tag, f"<p:cSld><p:spTree>{inner}</p:spTree></p:cSld>", more)


def _first(plant: Plants) -> str:
    cut = plant("split_runs", "paragraph")
    broken = plant("line_break", "paragraph")
    white = '<a:rPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr>'
    marks = (
        f'name="{plant("shape_name", "alt_text", OFF)}" descr="{plant("alt_descr", "alt_text", OFF)}" '
        f'title="{plant("alt_title", "alt_text", OFF)}"'
    )
    cells = (
        f"<a:tr><a:tc><a:txBody>{_para(plant('table_cell', 'table_row', place='表1第1行第1列'))}</a:txBody></a:tc>"
        f'<a:tc hMerge="1"><a:txBody>{_para(plant("merged_cell", "hidden_text", Hidden.MERGED_AWAY))}</a:txBody></a:tc></a:tr>'
    )
    frame = "<p:graphicFrame><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></p:graphicFrame>".format
    return "".join(
        (
            _shape(_para(plant("title_shape", "paragraph", place="第1张幻灯片")), marks),
            _shape(f"<a:p><a:r><a:t>{cut[:2]}</a:t></a:r><a:r><a:t>{cut[2:]}</a:t></a:r></a:p>"),
            _shape(f"<a:p><a:r><a:t>{broken[:2]}</a:t></a:r><a:br/><a:r><a:t>{broken[2:]}</a:t></a:r></a:p>"),
            f"<p:grpSp>{_shape(_para(plant('group_shape', 'paragraph')))}"
            f"<p:grpSp>{_shape(_para(plant('nested_group', 'paragraph')))}</p:grpSp></p:grpSp>",
            _shape(_para(plant("off_slide", "paragraph", Hidden.OFF_PAGE)), left=90_000_000),
            _shape(_para(plant("hidden_shape", "paragraph", Hidden.FLAGGED)), 'name="形状 2" hidden="1"'),
            _shape(_para(plant("white_text", "hidden_text", Hidden.WHITE), white)),
            _shape(
                _para(plant("white_on_dark", "paragraph"), white),
                fill='<a:solidFill><a:srgbClr val="112233"/></a:solidFill>',
            ),
            _shape(_para(plant("tiny_text", "hidden_text", Hidden.TINY), '<a:rPr sz="100"/>')),
            _shape(f'<a:p><a:fld type="x"><a:t>{plant("field_text", "paragraph")}</a:t></a:fld></a:p>'),
            _shape(
                _para(
                    plant("link_text", "paragraph"),
                    f'<a:rPr><a:hlinkClick r:id="rL" tooltip="{plant("link_tooltip", "link", OFF)}"/></a:rPr>',
                )
            ),
            frame(f"<a:tbl>{cells}</a:tbl>"),
            frame('<c:chart r:id="rC"/>'),
            frame('<dgm:relIds r:dm="rS"/>'),
            frame('<p:oleObj r:id="rO"/>'),
            '<p:pic><p:blipFill><a:blip r:embed="rP"/></p:blipFill></p:pic>',
            '<p:pic><p:blipFill><a:blip r:embed="rQ"/><a:srcRect l="40000"/></p:blipFill></p:pic>',
            f'<mc:AlternateContent><mc:Choice Requires="p14">{_shape(_para(plant("choice_text", "paragraph")))}'
            f"</mc:Choice><mc:Fallback>{_shape(_para(plant('fallback_text', 'paragraph', Hidden.FALLBACK)))}"
            "</mc:Fallback></mc:AlternateContent>",
            f'<p:strange word="{plant("foreign_attribute", "metadata", OFF)}"/>'
            f"<!-- {plant('xml_comment', 'code_comment', OFF)} -->",
        ),
    )


def _graphics(plant: Plants) -> dict[str, str | bytes]:
    payload = plant("ole_package_content", "paragraph")
    name = plant("ole_package_name", "attachment", OFF)
    smart = plant("smartart_data", "smart_art")
    cache_text = plant("smartart_cache", "smart_art", Hidden.FALLBACK)
    return {
        "ppt/charts/chart1.xml": _root(
            "c:chartSpace",
            f"<c:title>{_para(plant('chart_title', 'chart'))}</c:title><c:cat><c:strCache><c:pt>"
            f"<c:v>{plant('chart_category', 'chart')}</c:v></c:pt></c:strCache></c:cat>",
        ),
        "ppt/diagrams/data1.xml": _root("dgm:dataModel", _para(smart)),
        "ppt/diagrams/drawing1.xml": _root("dsp:drawing", _para(smart) + _para(cache_text)),
        "ppt/embeddings/oleObject1.bin": ole_file(
            "\x01Ole10Native", packaged(f"{name}.txt", f"{payload}工作人员名单".encode("gb18030"))
        ),
        "ppt/media/image1.png": picture(plant("picture_pixels", "image_text", pixels=True)),
        "ppt/media/image2.png": picture(plant("cropped_picture", "image_text", Hidden.CROPPED, pixels=True)),
    }


def _beside(plant: Plants) -> dict[str, str | bytes]:
    modern = "http://schemas.microsoft.com/office/powerpoint/2018/8/main"
    layout = _shape(_para("单击此处编辑母版标题样式")) + _shape(_para(plant("layout_text", "paragraph", OFF, "版式")))
    return {
        "ppt/notesSlides/notesSlide1.xml": _tree(
            "p:notes", _shape(_para(plant("notes_text", "notes", place="第1张幻灯片")))
        ),
        "ppt/comments/comment1.xml": _root(
            "p:cmLst", f"<p:cm><p:text>{plant('legacy_comment', 'comment')}</p:text></p:cm>"
        ),
        "ppt/comments/modernComment1.xml": f'<p188:cmLst xmlns:p188="{modern}" xmlns:a="{_X}drawingml/2006/main">'
        f"<p188:cm><p188:txBody>{_para(plant('modern_comment', 'comment'))}</p188:txBody></p188:cm></p188:cmLst>",
        "ppt/commentAuthors.xml": _root(
            "p:cmAuthorLst",
            f'<p:cmAuthor name="{plant("comment_author", "person", OFF)}" '
            f'initials="{plant("comment_initials", "person", OFF)}"/>',
        ),
        "ppt/authors.xml": f'<p188:authorLst xmlns:p188="{modern}"><p188:author '
        f'name="{plant("modern_author", "person", OFF)}" userId="{plant("author_account", "person", OFF)}"/></p188:authorLst>',
        "ppt/slideMasters/slideMaster1.xml": _tree(
            "p:sldMaster", _shape(_para(plant("master_text", "paragraph", place="母版")))
        ),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(
            ("r1", "slideLayout", "../slideLayouts/slideLayout1.xml")
        ),
        "ppt/slideLayouts/slideLayout1.xml": _tree("p:sldLayout", layout),
        "ppt/tags/tag1.xml": _root("p:tagLst", f'<p:tag name="x" val="{plant("tag_value", "metadata", OFF)}"/>'),
        "ppt/orphan.xml": f"<a>{plant('orphan_part', 'orphan', Hidden.DETACHED)}</a>",
        "docProps/thumbnail.jpeg": picture(plant("thumbnail", "image_text", OFF, pixels=True), "JPEG"),
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_X}package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{plant("core_title", "property", OFF, "标题")}</dc:title>'
        f"<dc:creator>{plant('core_author', 'property', OFF, '作者')}</dc:creator></cp:coreProperties>",
        "docProps/app.xml": f'<Properties xmlns="{_X}officeDocument/2006/extended-properties"><Company>'
        f"{plant('app_company', 'property', OFF, '单位')}</Company></Properties>",
    }


@cache
def slides_probe() -> tuple[bytes, dict[str, Planted]]:
    """The file and its table of places."""
    plant = Plants("P")
    section = f'<p:extLst><p14:section name="{plant("section_name", "metadata", OFF)}"/></p:extLst>'
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(
            ("r1", "officeDocument", "ppt/presentation.xml"),
            ("r2", "metadata/core-properties", "docProps/core.xml"),
            ("r3", "extended-properties", "docProps/app.xml"),
            ("r4", "metadata/thumbnail", "docProps/thumbnail.jpeg"),
        ),
        "ppt/presentation.xml": _root(
            "p:presentation", f'<p:sldIdLst><p:sldId r:id="r2"/><p:sldId r:id="r1"/></p:sldIdLst>{section}'
        ),
        "ppt/_rels/presentation.xml.rels": relations(
            ("r1", "slide", "slides/slide1.xml"),
            ("r2", "slide", "slides/slide2.xml"),
            ("r3", "slide", "slides/slide3.xml"),
            ("r4", "slideMaster", "slideMasters/slideMaster1.xml"),
            ("r5", "commentAuthors", "commentAuthors.xml"),
            ("r6", "authors", "authors.xml"),
            ("r7", "tags", "tags/tag1.xml"),
        ),
        "ppt/slides/slide2.xml": _tree("p:sld", _first(plant)),
        "ppt/slides/_rels/slide2.xml.rels": relations(
            ("rL", "hyperlink", f"!http://example.invalid/{plant('link_target', 'link', OFF)}"),
            ("rC", "chart", "../charts/chart1.xml"),
            ("rS", "diagramData", "../diagrams/data1.xml"),
            ("rS2", "diagramDrawing", "../diagrams/drawing1.xml"),
            ("rO", "oleObject", "../embeddings/oleObject1.bin"),
            ("rP", "image", "../media/image1.png"),
            ("rQ", "image", "../media/image2.png"),
            ("rN", "notesSlide", "../notesSlides/notesSlide1.xml"),
            ("rK", "comments", "../comments/comment1.xml"),
            ("rM", "comments", "../comments/modernComment1.xml"),
        ),
        "ppt/slides/slide1.xml": _tree(
            "p:sld",
            _shape(_para(plant("hidden_slide", "paragraph", Hidden.SLIDE, "第2张幻灯片"))),
            'show="0"',
        ),
        "ppt/slides/slide3.xml": _tree("p:sld", _shape(_para(plant("unlisted_slide", "paragraph", Hidden.DETACHED)))),
    }
    return zipped(members | _graphics(plant) | _beside(plant)), plant.table
