"""One PDF with a distinct string at each of the 59 places where a PDF can hold text."""

import io
import re
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import noto_cjk_sans_otc
import pikepdf
from fpdf import FPDF
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw, ImageFont

from screening.domain.document import BlockKind, Hidden

FONT = str(Path(noto_cjk_sans_otc.__file__).parent / "NotoSansCJK-Regular.ttc")
SIMPLIFIED = 2  # number of the face in the collection
_GLYPHS = "探针PQ0123456789正文一二三四五六七八九十内部资料请勿外传通知附件名单姓名张李王赵单位，。页第黑白底字"
_NO, _OFF = Hidden.NO, Hidden.NOT_ON_PAGE


@dataclass(frozen=True, slots=True)
class Probe:
    """A planted string and how it must come back."""

    place: str
    text: str
    kinds: tuple[BlockKind, ...]
    hidden: Hidden
    words: str  # part of block.place()


_P, _H, _A, _F = BlockKind.PARAGRAPH, BlockKind.HIDDEN_TEXT, BlockKind.ANNOTATION, BlockKind.FORM_FIELD
_M, _ATT, _ORPHAN = BlockKind.METADATA, BlockKind.ATTACHMENT, BlockKind.ORPHAN
_PLACES: tuple[tuple[str, BlockKind, Hidden, str], ...] = (
    ("text_layer", _P, _NO, "第1页第"),
    ("char_by_char_scattered_order", _P, _NO, "第1页"),
    ("letter_spaced", _P, _NO, "第1页"),
    ("line_wrapped_term", _P, _NO, "第1页"),
    ("vertical_column", _P, _NO, "第1页"),
    ("rotated_90", _P, _NO, "第1页"),
    ("diagonal_watermark", _P, _NO, "第1页"),
    ("form_xobject_drawn", _P, _NO, "第1页"),
    ("scanned_image_pixels", BlockKind.IMAGE_TEXT, _NO, "第3页"),
    ("no_tounicode", BlockKind.IMAGE_TEXT, _NO, "第4页"),
    ("actual_text", _P, _NO, "第1页"),
    ("render_mode_3_invisible", _H, Hidden.INVISIBLE, "第2页"),
    ("white_text", _H, Hidden.WHITE, "白色字"),
    ("transparent_alpha_0", _H, Hidden.TRANSPARENT, "透明"),
    ("half_point_text", _H, Hidden.TINY, "极小字"),
    ("under_black_rectangle", _H, Hidden.COVERED, "被遮盖"),
    ("under_image", _H, Hidden.COVERED, "被遮盖"),
    ("clipped_away", _H, Hidden.CLIPPED, "裁切路径"),
    ("outside_mediabox", _H, Hidden.OFF_PAGE, "页面之外"),
    ("outside_cropbox", _H, Hidden.OFF_PAGE, "页面之外"),
    ("off_optional_content_layer", _H, Hidden.LAYER_OFF, "图层已关闭"),
    ("page_removed_from_tree", _ORPHAN, Hidden.DETACHED, "obj"),
    ("form_xobject_not_drawn", _ORPHAN, Hidden.DETACHED, "obj"),
    ("previous_revision_actualtext", BlockKind.EARLIER_REVISION, Hidden.EARLIER_REVISION, "版本1"),
    ("previous_revision_info_subject", BlockKind.EARLIER_REVISION, Hidden.EARLIER_REVISION, "主题"),
    ("annot_note_contents", _A, _OFF, "第2页"),
    ("annot_author", _A, _OFF, "作者"),
    ("annot_subject", _A, _OFF, "主题"),
    ("annot_freetext", _A, _NO, "注释 · 第2页"),
    ("annot_highlight_contents", _A, _OFF, "第2页"),
    ("annot_hidden_flag", _A, Hidden.FLAGGED, "标为隐藏"),
    ("annot_popup", _A, _OFF, "第2页"),
    ("redact_annot_overlay_unapplied", _A, _OFF, "遮盖标记"),
    ("link_uri", BlockKind.LINK, _OFF, "链接"),
    ("file_attachment_annot_content", _P, _NO, "附件《"),
    ("file_attachment_annot_filename", _ATT, _OFF, "附件名"),
    ("form_value", _F, _NO, "表单域"),
    ("form_default_value", _F, _OFF, "默认值"),
    ("form_tooltip", _F, _OFF, "提示"),
    ("form_choice_unselected", _F, _OFF, "选项"),
    ("xfa_xml", _F, _NO, "XFA"),
    ("attachment_txt_content", _P, _NO, "附件《"),
    ("attachment_filename", _ATT, _OFF, "附件名"),
    ("attachment_description", _ATT, _OFF, "说明"),
    ("attachment_docx_body", _P, _NO, "附件《"),
    ("javascript", BlockKind.SCRIPT, _OFF, "脚本"),
    ("info_title", BlockKind.PROPERTY, _OFF, "标题"),
    ("info_author", BlockKind.PROPERTY, _OFF, "作者"),
    ("info_subject", BlockKind.PROPERTY, _OFF, "主题"),
    ("info_keywords", BlockKind.PROPERTY, _OFF, "关键词"),
    ("info_custom_key", BlockKind.PROPERTY, _OFF, "Zhuban"),
    ("xmp_description", _M, _OFF, "XMP"),
    ("xmp_derived_from", _M, _OFF, "XMP"),
    ("page_xmp", _M, _OFF, "XMP"),
    ("pieceinfo_private", _M, _OFF, "PieceInfo"),
    ("bookmark_title", BlockKind.BOOKMARK, _OFF, "书签"),
    ("page_label_prefix", _M, _OFF, "页码前缀"),
    ("layer_name", _M, _OFF, "图层名"),
    ("structure_alt_text", BlockKind.ALT_TEXT, _OFF, "替代文字"),
)
PROBES = tuple(
    Probe(place, f"探针P{number:03}", (kind,), hidden, words)
    for number, (place, kind, hidden, words) in enumerate(_PLACES, 1)
)
BY_PLACE = {probe.place: probe for probe in PROBES}


@cache
def donor() -> tuple[bytes, dict[str, int]]:
    """A PDF whose only page uses a CJK font with all glyphs of the probes, and the code of each character."""
    maker = FPDF()
    maker.add_page()
    maker.add_font("cjk", fname=FONT, collection_font_number=SIMPLIFIED)
    maker.set_font("cjk", size=12)
    maker.multi_cell(0, text=_GLYPHS)
    data = bytes(maker.output())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        cmap = _font_of(pdf).ToUnicode.read_bytes().decode("ascii")
    codes: dict[str, int] = {}
    for code, target in re.findall(r"^<(\w{4})> <(\w+)>\s*$", cmap, re.MULTILINE):
        codes[bytes.fromhex(target).decode("utf-16-be")] = int(code, 16)
    for low, high, target in re.findall(r"^<(\w{4})> <(\w{4})> <(\w+)>\s*$", cmap, re.MULTILINE):
        first = ord(bytes.fromhex(target).decode("utf-16-be"))
        for step in range(int(high, 16) - int(low, 16) + 1):
            codes[chr(first + step)] = int(low, 16) + step
    return data, codes


def _font_of(pdf: pikepdf.Pdf) -> Any:
    fonts = (pdf.pages[0].obj.get("/Resources") or pdf.Root.Pages.Resources).Font
    return fonts[next(iter(fonts.keys()))]


class Maker:
    """Builds a PDF from raw content streams with one CJK font called /F (and /G, the same without ToUnicode)."""

    def __init__(self) -> None:
        data, self.codes = donor()
        self.pdf = pikepdf.new()
        source = pikepdf.open(io.BytesIO(data))
        self.font = self.pdf.copy_foreign(self.pdf_indirect(source))
        bare = Dictionary({key: value for key, value in self.font.items() if key != "/ToUnicode"})
        self.bare = self.pdf.make_indirect(bare)

    @staticmethod
    def pdf_indirect(source: pikepdf.Pdf) -> Any:
        """The donor's font as an object of its own."""
        font = _font_of(source)
        return font if font.is_indirect else source.make_indirect(font)

    def show(self, text: str) -> bytes:
        """The operand of Tj for this text."""
        return b"<" + "".join(f"{self.codes[char]:04x}" for char in text).encode() + b">"

    def at(self, x: float, y: float, text: str, size: float = 12, before: bytes = b"") -> bytes:
        """Operators that show a text at a place, in points."""
        return b"BT %b /F %g Tf %g %g Td %b Tj ET\n" % (before, size, x, y, self.show(text))

    def stream(self, data: bytes, **keys: Any) -> Any:
        """A new stream object."""
        return self.pdf.make_stream(data, Dictionary(**keys)) if keys else self.pdf.make_stream(data)

    def page(self, content: bytes, **resources: Any) -> Any:
        """A new A4 page."""
        page = self.pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(Font=Dictionary(F=self.font, G=self.bare), **resources)
        page.obj.Contents = self.stream(content)
        return page

    def form(self, content: bytes) -> Any:
        """A form XObject as large as the page."""
        return self.stream(
            content,
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, 595, 842]),
            Resources=Dictionary(Font=Dictionary(F=self.font)),
        )

    def image(self, picture: Image.Image) -> Any:
        """An image XObject."""
        rgb = picture.convert("RGB")
        return self.stream(
            rgb.tobytes(),
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=rgb.width,
            Height=rgb.height,
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
        )

    def packed(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self.pdf.save(out, static_id=True)
        return out.getvalue()


def text_of(place: str) -> str:
    """The string planted at a place."""
    return BY_PLACE[place].text


def written(text: str, size: tuple[int, int] = (900, 300)) -> Image.Image:
    """A picture of a text."""
    picture = Image.new("RGB", size, "white")
    font = ImageFont.truetype(FONT, 64, index=SIMPLIFIED)
    ImageDraw.Draw(picture).text((60, 80), text, fill="black", font=font)
    return picture


@cache
def build() -> bytes:
    """The PDF with all 59 places; the revision before it held two of them."""
    maker = Maker()
    _visible_page(maker)
    _hidden_page(maker)
    scan = maker.image(written(text_of("scanned_image_pixels")))
    maker.page(b"q 540 0 0 180 20 500 cm /Im Do Q", XObject=Dictionary(Im=scan))
    rubbish = maker.show(text_of("no_tounicode"))
    maker.page(b"BT /G 20 Tf 60 600 Td %b Tj ET" % rubbish)
    _annotations(maker)
    _forms(maker)
    _attachments(maker)
    _metadata(maker)
    _loose_objects(maker)
    return _with_earlier(maker)


def _visible_page(maker: Maker) -> None:
    at = maker.at
    scattered = text_of("char_by_char_scattered_order")
    column = text_of("vertical_column")
    wrapped = text_of("line_wrapped_term")
    filler = "一二三四五六七八九十一二三四五六七八九十"
    content = [
        at(60, 780, text_of("text_layer")),
        *(at(60 + 14 * i, 740, char) for i, char in reversed(list(enumerate(scattered)))),
        at(60, 700, text_of("letter_spaced"), before=b"10 Tc"),
        at(60, 660, filler + wrapped[:3]),
        at(60, 642, wrapped[3:]),
        *(at(520, 700 - 16 * i, char) for i, char in enumerate(column)),
        b"BT /F 12 Tf 0 1 -1 0 480 400 Tm %b Tj ET\n" % maker.show(text_of("rotated_90")),
        b"q 0.8 g BT /F 60 Tf 0.7 0.7 -0.7 0.7 120 200 Tm %b Tj ET Q\n" % maker.show(text_of("diagonal_watermark")),
        b"/Fm Do\n",
        b"/Span <</ActualText %b>> BDC " % String(text_of("actual_text")).unparse(),
        at(60, 120, "一二三"),
        b"EMC\n",
    ]
    form = maker.form(at(60, 600, text_of("form_xobject_drawn")))
    maker.page(b"".join(content), XObject=Dictionary(Fm=form))


def _hidden_page(maker: Maker) -> None:
    at = maker.at
    layer = maker.pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(text_of("layer_name"))))
    maker.pdf.Root.OCProperties = Dictionary(
        OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), Order=Array([layer]))
    )
    content = [
        at(60, 780, "正文", before=b""),
        at(60, 740, text_of("render_mode_3_invisible"), before=b"3 Tr"),
        b"q 0 Tr 1 g " + at(60, 700, text_of("white_text")) + b"Q\n",
        b"q /Clear gs " + at(60, 660, text_of("transparent_alpha_0"), before=b"0 Tr") + b"Q\n",
        at(60, 620, text_of("half_point_text"), 0.5, before=b"0 Tr"),
        at(60, 580, text_of("under_black_rectangle")),
        b"0 g 55 572 120 22 re f\n",
        at(60, 540, text_of("under_image")),
        b"q 120 0 0 22 55 532 cm /Im Do Q\n",
        b"q 300 300 50 50 re W n " + at(60, 500, text_of("clipped_away")) + b"Q\n",
        at(700, 460, text_of("outside_mediabox")),
        at(60, 10, text_of("outside_cropbox")),
        b"/OC /Layer BDC " + at(60, 420, text_of("off_optional_content_layer")) + b"EMC\n",
    ]
    page = maker.page(
        b"".join(content),
        ExtGState=Dictionary(Clear=Dictionary(ca=0, CA=0)),
        Properties=Dictionary(Layer=layer),
        XObject=Dictionary(Im=maker.image(Image.new("RGB", (40, 20), "navy"))),
    )
    page.obj.CropBox = Array([0, 40, 595, 842])


def _annotation(maker: Maker, subtype: str, **keys: Any) -> Any:
    made = Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array([400, 60, 440, 80]), **keys)
    return maker.pdf.make_indirect(made)


def _annotations(maker: Maker) -> None:
    note = _annotation(
        maker,
        "Text",
        Contents=String(text_of("annot_note_contents")),
        T=String(text_of("annot_author")),
        Subj=String(text_of("annot_subject")),
    )
    quad = Array([400, 80, 440, 80, 400, 60, 440, 60])
    spec = _file(maker, text_of("file_attachment_annot_filename"), text_of("file_attachment_annot_content"))
    action = Dictionary(S=Name.URI, URI=String("https://example.invalid/" + text_of("link_uri")))
    page = maker.pdf.pages[1].obj
    page.Annots = Array(
        [
            note,
            _annotation(maker, "FreeText", Contents=String(text_of("annot_freetext")), DA=String("/Helv 12 Tf")),
            _annotation(maker, "Highlight", Contents=String(text_of("annot_highlight_contents")), QuadPoints=quad),
            _annotation(maker, "Text", Contents=String(text_of("annot_hidden_flag")), F=2),
            _annotation(maker, "Popup", Contents=String(text_of("annot_popup")), Parent=note),
            _annotation(maker, "Redact", OverlayText=String(text_of("redact_annot_overlay_unapplied"))),
            _annotation(maker, "Link", A=action),
            _annotation(maker, "FileAttachment", FS=spec),
        ]
    )


def _file(maker: Maker, name: str, content: str) -> Any:
    stream = maker.stream(content.encode("gb18030"), Type=Name.EmbeddedFile)
    return maker.pdf.make_indirect(
        Dictionary(Type=Name.Filespec, F=String(name + ".txt"), UF=String(name + ".txt"), EF=Dictionary(F=stream))
    )


def _forms(maker: Maker) -> None:
    text = _annotation(
        maker,
        "Widget",
        FT=Name.Tx,
        T=String("field1"),
        V=String(text_of("form_value")),
        DV=String(text_of("form_default_value")),
        TU=String(text_of("form_tooltip")),
    )
    options = Array([String("一二"), String(text_of("form_choice_unselected"))])
    choice = _annotation(maker, "Widget", FT=Name.Ch, T=String("field2"), V=String("一二"), Opt=options)
    xfa = f'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><a>{text_of("xfa_xml")}</a></xdp:xdp>'
    maker.pdf.Root.AcroForm = Dictionary(Fields=Array([text, choice]), XFA=maker.stream(xfa.encode()))
    for widget in (text, choice):
        maker.pdf.pages[1].obj.Annots.append(widget)


def _docx(text: str) -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    body = f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    types = f'<Types xmlns="{package}/content-types"><Override PartName="/word/document.xml" ContentType="{main}"/>'
    link = f'<Relationship Id="r1" Type="{office}/officeDocument" Target="word/document.xml"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", types + "</Types>")
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships">{link}</Relationships>')
        archive.writestr("word/document.xml", body)
    return out.getvalue()


def _attachments(maker: Maker) -> None:
    spec = _file(maker, text_of("attachment_filename"), text_of("attachment_txt_content"))
    spec.Desc = String(text_of("attachment_description"))
    inner = maker.stream(_docx(text_of("attachment_docx_body")), Type=Name.EmbeddedFile)
    word = maker.pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String("b.docx"), EF=Dictionary(F=inner)))
    script = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{text_of('javascript')}')"))
    maker.pdf.Root.Names = Dictionary(
        EmbeddedFiles=Dictionary(Names=Array([String("a"), spec, String("b"), word])),
        JavaScript=Dictionary(Names=Array([String("s"), script])),
    )


def _xmp(text: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f"<rdf:Description>{text}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def _metadata(maker: Maker) -> None:
    info = {
        "/Title": text_of("info_title"),
        "/Author": text_of("info_author"),
        "/Subject": text_of("info_subject"),
        "/Keywords": text_of("info_keywords"),
        "/Zhuban": text_of("info_custom_key"),
    }
    maker.pdf.trailer.Info = maker.pdf.make_indirect(Dictionary({key: String(value) for key, value in info.items()}))
    description = f'<dc:description xmlns:dc="dc">{text_of("xmp_description")}</dc:description>'
    derived = f'<m:DerivedFrom xmlns:m="m" m:name="{text_of("xmp_derived_from")}"/>'
    root, page = maker.pdf.Root, maker.pdf.pages[0].obj
    root.Metadata = maker.stream(_xmp(description + derived), Type=Name.Metadata, Subtype=Name.XML)
    page.Metadata = maker.stream(_xmp(text_of("page_xmp")), Type=Name.Metadata, Subtype=Name.XML)
    page.PieceInfo = Dictionary(App=Dictionary(Private=String(text_of("pieceinfo_private"))))
    label = Dictionary(S=Name.D, P=String(text_of("page_label_prefix")))
    root.PageLabels = Dictionary(Nums=Array([0, label]))
    outlines = maker.pdf.make_indirect(Dictionary(Type=Name.Outlines, Count=1))
    item = maker.pdf.make_indirect(
        Dictionary(Title=String(text_of("bookmark_title")), Parent=outlines, Dest=Array([page, Name.Fit]))
    )
    outlines.First = outlines.Last = item
    root.Outlines = outlines
    alt = String(text_of("structure_alt_text"))
    figure = maker.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Figure, Alt=alt))
    root.StructTreeRoot = maker.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=figure))


def _loose_objects(maker: Maker) -> None:
    """A page out of the tree and a form that nothing draws, kept alive by a private key of the catalogue."""
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 595, 842]),
        Resources=Dictionary(Font=Dictionary(F=maker.font)),
        Contents=maker.stream(maker.at(60, 700, text_of("page_removed_from_tree"))),
    )
    form = maker.form(maker.at(60, 700, text_of("form_xobject_not_drawn")))
    maker.pdf.Root.Kept = Array([maker.pdf.make_indirect(page), form])


def _with_earlier(maker: Maker) -> bytes:
    """Save with two strings more, then append an update that takes them out."""
    now = text_of("info_subject")
    maker.pdf.trailer.Info.Subject = String(text_of("previous_revision_info_subject"))
    old = String(text_of("previous_revision_actualtext")).unparse()
    page = maker.pdf.pages[2].obj
    content = page.Contents.read_bytes()
    page.Contents.write(b"/Span <</ActualText %b>> BDC EMC " % old + content)
    maker.pdf.trailer.Info.Old = String("x")
    out = io.BytesIO()
    maker.pdf.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(io.BytesIO(out.getvalue())) as saved:
        info = saved.trailer.Info
        info.Subject = String(now)
        stream = saved.pages[2].obj.Contents
        plain = b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content)
        root, size = saved.Root.objgen[0], len(saved.objects) + 1
        return update(
            out.getvalue(), {info.objgen[0]: info.unparse(resolved=True), stream.objgen[0]: plain}, root, size
        )


def update(data: bytes, objects: dict[int, bytes], root: int, size: int) -> bytes:
    """Append an incremental update; the first of the objects is the Info dictionary."""
    start = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    out, table = bytearray(data), bytearray(b"xref\n")
    for number, body in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    at = len(out)
    info = next(iter(objects))
    out += table + b"trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /Prev %d>>\n" % (size, root, info, start)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % at)
