"""Invented contexts for every template: 云岭市 and its people do not exist."""

from types import SimpleNamespace
from typing import Any

from api.pages.choices import CHOICES
from api.pages.document_view import DocumentView, view_of
from api.pages.page_boxes import pictures_of
from screening.domain.decision import Decision, Disposition
from screening.domain.document import BlockKind, Document, Hidden, Provenance, Span, Unread, UnreadReason
from screening.domain.finding import Finding, Severity
from screening.domain.run import Coverage, Run

DIGEST = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
Thing = SimpleNamespace
P, B = Provenance, BlockKind
_PIECES = (
    (B.HEADER, "云岭市水务局 内部资料", P(part="header")),
    (B.PARAGRAPH, "云岭市水务局举办防汛应急演练", P(paragraph=1, page_no=1, bbox=(120, 740, 480, 764))),
    (
        B.PARAGRAPH,
        "本报讯（通讯员 林小禾）11月18日，云岭市水务局在青石水库举办防汛应急演练，检验了会商研判、人员转移等环节。",
        P(paragraph=2, page_no=1, bbox=(72, 640, 523, 720)),
    ),
    (
        B.PARAGRAPH,
        "据《关于青石水库除险加固的请示》（云水〔2026〕内部12号）介绍，大坝渗流监测点共37处，位于东经102.3715度、北纬25.0461度附近。",
        P(paragraph=3, page_no=1, bbox=(72, 560, 523, 620)),
    ),
    (B.PARAGRAPH, "咨询联系人：何田，手机13800138000，身份证110199190001010017。", P(paragraph=4, page_no=2)),
    (B.TABLE_ROW, "姓名\t单位\t电话", P(detail="表1第1行", page_no=2)),
    (B.TABLE_ROW, "何田\t青石镇水管站\t13800138000", P(detail="表1第2行", page_no=2)),
    (B.TABLE_ROW, "周原\t白河镇水管站\t13800138001", P(detail="表1第3行", page_no=2)),
    (B.INSERTED, "演练结束后，副市长作了讲话。", P(paragraph=5, page_no=2)),
    (B.DELETED, "内部讲话要点：对白河段险情暂不对外公布。", P(paragraph=5, hidden=Hidden.DELETED)),
    (B.COMMENT, "这段还没定稿，先别发。", P(detail="何田")),
    (B.PROPERTY, "云水〔2026〕内部12号 请示稿", P(detail="标题", hidden=Hidden.NOT_ON_PAGE)),
    (B.TABLE_ROW, "联系人\t周原\t13800138001", P(path=("参加人员.xlsx",), detail="Sheet1!第2行")),
)
DOCUMENT = Document.of_pieces(
    _PIECES,
    sha256=DIGEST,
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    filename="防汛演练消息.docx",
)
_NUMBERS = "个人信息保护法 第二十八条"
_PAPERS = "内部文件、讲话、纪要、过程稿"
_RULES: dict[str, tuple[str, str, Severity, str, str, str]] = {
    "phone": ("personal.phone", "个人手机号码", Severity.S2, "个人电话", "删去，或只留办公电话。", _NUMBERS),
    "id": ("personal.id", "公民身份号码", Severity.S1, "个人证件", "删去，或打码。", _NUMBERS),
    "doc": ("internal.number", "内部文件文号", Severity.S2, _PAPERS, "内部文件不写进公开稿件。", "制度 五.十二"),
    "mark": ("mark.internal", "内部资料标志", Severity.S1, "工作秘密／内部标志", "先书面解除。", "保密法 第六十四条"),
    "place": ("geo.precise", "要害设施坐标", Severity.S0, "地理坐标", "删去坐标，只写到乡镇。", "测绘法 第三十四条"),
    "figure": ("figure.internal", "未公开的数字", Severity.S3, "统计数据", "改用已公布的数字。", "统计法 第二十六条"),
    "speech": ("internal.speech", "内部讲话", Severity.S1, _PAPERS, "删去。", "制度 六.1(6)"),
}
_HITS = (
    ("mark", "内部资料", 1),
    ("doc", "《关于青石水库除险加固的请示》（云水〔2026〕内部12号）", 1),
    ("mark", "内部12号", 1),
    ("figure", "渗流监测点共37处", 1),
    ("place", "东经102.3715度、北纬25.0461度", 1),
    ("phone", "13800138000", 1),
    ("id", "110199190001010017", 1),
    ("phone", "13800138000", 2),
    ("phone", "13800138001", 1),
    ("speech", "内部讲话要点：对白河段险情暂不对外公布", 1),
    ("doc", "云水〔2026〕内部12号", 2),
    ("phone", "13800138001", 2),
)
CATEGORIES = {name: rule[3] for name, rule in _RULES.items()}
UNREAD = (Unread("第3页图片2", UnreadReason.OCR_UNSURE), Unread("附件《视频.mp4》", UnreadReason.UNKNOWN_TYPE))


def finding_at(document: Document, kind: str, span: Span) -> Finding:
    """A finding of this kind on a span."""
    rule_id, title, severity, _, advice, basis = _RULES[kind]
    quote = document.quote(span)
    return Finding(
        rule_id=rule_id,
        title=title,
        category=kind,
        severity=severity,
        span=span,
        quote=quote,
        masked="…",
        score=0.9,
        message=f"稿件中出现{title}。",
        advice=advice,
        basis=basis,
        place=document.place(span),
        visible=document.block_at(span.start).visible,
        fingerprint=f"{kind}:{quote}",
        explanation=("同段有“内部”二字，级别提高一级。",) if kind == "doc" else (),
    )


def run_of(document: Document, findings: tuple[Finding, ...], unread: tuple[Unread, ...] = UNREAD) -> Run:
    """A run with these findings."""
    return Run(
        document_sha256=document.sha256,
        filename=document.filename,
        channel="website",
        ruleset_version="4e1d",
        model_version="",
        policy_version="77ab",
        findings=findings,
        coverage=Coverage(len(document.blocks), len(document.text), 2, 3, unread),
        decision=Decision(Disposition.BLOCK, ("有未读内容",), ("A1", "A2", "A3")),
    )


def _found() -> tuple[Finding, ...]:
    found = []
    for kind, quote, occurrence in _HITS:
        start = -1
        for _ in range(occurrence):
            start = DOCUMENT.text.index(quote, start + 1)
        found.append(finding_at(DOCUMENT, kind, Span(start, start + len(quote))))
    return tuple(found)


RUN = run_of(DOCUMENT, _found())


def long_draft(paragraphs: int = 400, findings: int = 670) -> tuple[Document, Run]:
    """A report of 100 pages."""
    words = "经核对，三季度来水量较上年同期有所增加，联系电话13800138000，渗流监测点共37处，其余按月通报。" * 3
    pieces = [(B.PARAGRAPH, f"{n}．{words}", P(paragraph=n, page_no=n // 4 + 1)) for n in range(1, paragraphs + 1)]
    document = Document.of_pieces(pieces, sha256=DIGEST, media_type="text/plain", filename="年度报告.docx")
    spans = []
    for block in document.blocks:
        at = block.start + block.text.index("1380013")
        spans += [("phone", Span(at, at + 11)), ("figure", Span(at + 12, at + 21))]
    found = tuple(finding_at(document, kind, span) for kind, span in spans[:findings])
    return document, run_of(document, found, ())


def sample_view() -> DocumentView:
    """The sample draft with some decisions taken."""
    resolved = {"f0": "deleted", "f3": "false_alarm"}
    reasons = {"f0": "周原 11-24：标志未解除", "f3": "周原 11-24：已在年报公布"}
    return view_of(DOCUMENT, RUN, resolved, {"f0", "f1", "f3", "u0"}, CATEGORIES, reasons=reasons)


def sealed() -> DocumentView:
    """A draft whose text is not shown: it bears a mark."""
    nothing = Document(DIGEST, "", DOCUMENT.filename, ())
    return view_of(nothing, run_of(nothing, (), ()))


def me(*roles: str) -> Thing:
    """A person who is logged in."""
    return Thing(name="林小禾", unit_name="云岭市水务局宣传科", roles=list(roles) or ["撰稿人"], can=lambda _name: True)


def base(title: str, current: int = 0) -> dict[str, Any]:
    """What every page takes."""
    nav = [("我的稿件", "/drafts", 1), ("待审", "/queue", 4), ("登记簿", "/register", 0), ("统计", "/statistics", 0),
           ("事件", "/incidents", 0), ("规则", "/rules", 0), ("人员", "/people", 0), ("审计", "/audit", 0)]  # fmt: skip
    shown = [(label, url, count, at == current) for at, (label, url, count) in enumerate(nav)]
    return {"title": title, "me": me("保密审查员（复审）"), "nav": shown, "csrf": "token", "notice": ""}


_SIGNED = Thing(
    level="初审", name="周原", at="2026-11-24 10:12", reason="情况属实，建议删去坐标和电话。", sha256=DIGEST
)
CASE = Thing(
    id="c-0042",
    title="云岭市水务局举办防汛应急演练",
    filename="防汛演练消息.docx",
    version=2,
    latest=2,
    stage="review-0-2",
    can_annotate=True,
    takes_original=False,
    found="",
    state="review",
    state_label="复审中",
    channel_label="单位网站",
    due_label="今天 17:30 到期",
    sha256=DIGEST,
    audience="社会公众",
    first_day="2026-11-26",
    last_day="2026-12-26",
    disposition_label=Disposition.BLOCK.label,
    reasons=["有 2 处未能读取，不得视为没有问题", "涉及地理坐标，须定密责任人签字"],
    signatures=[_SIGNED],
)
OPTIONS = Thing(grounds=[("secret", "国家秘密"), ("trade", "商业秘密"), ("privacy", "个人隐私"), ("other", "其他")])


def case(**changes: Any) -> dict[str, Any]:
    """The case page as the secrecy officer sees it."""
    view = sample_view()
    return base("审看稿件", 1) | {
        "case": CASE, "view": view, "page": view.page(1), "look": "text",
        "pictures": pictures_of(DOCUMENT, RUN, {1: (595, 842)}), "choices": CHOICES,
        "actions": {"sign", "return", "send_up", "refuse", "report"}, "can_decide": True, "must_look": True,
        "answered": False, "lock": "", "notes": "坐标问题已电话核实。", "error": "",
        "todo": ["还有 10 处疑点没有处理", "还有 11 处疑点、附件或未读内容没有打开看过"], "options": OPTIONS,
    } | changes  # fmt: skip
