"""Invented drafts and runs, built by hand."""

from collections.abc import Iterable, Sequence

from screening.domain.decision import Decision, Disposition
from screening.domain.document import BlockKind, Document, Hidden, Provenance, Span, Unread, UnreadReason
from screening.domain.finding import Finding, Severity
from screening.domain.run import Coverage, Run
from screening.report.base import Result

SIGN_OFFS = ("初审", "复审", "审批")
DIGEST = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"


def finding(
    document: Document,
    quote: str,
    masked: str | None = None,
    *,
    occurrence: int = 1,
    severity: Severity = Severity.S1,
    **changes: object,
) -> Finding:
    """A finding on the nth occurrence of these words."""
    start = -1
    for _ in range(occurrence):
        start = document.text.index(quote, start + 1)
    span = Span(start, start + len(quote))
    values: dict[str, object] = {
        "rule_id": "personal.phone",
        "title": "个人电话号码",
        "category": "personal_phone",
        "message": "稿件中出现个人联系方式。",
        "advice": "删去，或只留办公电话。",
        "basis": "个人信息保护法 第二十八条",
        "fingerprint": f"fp{start:06d}",
        "explanation": (),
        "score": 0.9,
    } | changes
    return Finding(  # type: ignore[arg-type]
        severity=severity,
        span=span,
        quote=quote,
        masked=quote if masked is None else masked,
        place=document.place(span),
        visible=document.block_at(start).visible,
        **values,
    )


def document_of(
    pieces: Iterable[tuple[BlockKind, str, Provenance]] | str,
    filename: str = "稿件.docx",
    unread: Sequence[Unread] = (),
) -> Document:
    """A document of these pieces, or of the paragraphs of a plain text."""
    if isinstance(pieces, str):
        lines = pieces.split("\n")
        pieces = [
            (BlockKind.PARAGRAPH, line, Provenance(part="word/document.xml", paragraph=i))
            for i, line in enumerate(lines, 1)
        ]
    return Document.of_pieces(pieces, sha256=DIGEST, media_type="application/x-test", filename=filename, unread=unread)


def result_of(
    document: Document, findings: Sequence[Finding] = (), disposition: Disposition = Disposition.REDACT
) -> Result:
    """The document with its run."""
    attachments = len({block.provenance.path for block in document.blocks if block.provenance.path})
    coverage = Coverage(len(document.blocks), len(document.text), attachments, 1 if attachments else 0, document.unread)
    run = Run(
        document_sha256=DIGEST,
        filename=document.filename,
        channel="website",
        ruleset_version="r-7c21d0b9",
        model_version="",
        policy_version="p-19a4f3e2",
        findings=tuple(sorted(findings, key=lambda f: f.span)),
        coverage=coverage,
        decision=Decision(disposition, ("出现个人敏感信息，发布前须遮蔽",), SIGN_OFFS),
    )
    return Result(run, document)


def subsidy_notice() -> Result:
    """A notice with a list of people, hidden content, overlapping and repeated findings, and something unread."""
    body, table = "word/document.xml", BlockKind.TABLE_ROW
    pieces = [
        (BlockKind.HEADER, "云岭市民政局 内部资料 注意保管", Provenance(part="word/header1.xml", paragraph=1)),
        *(
            (BlockKind.PARAGRAPH, text, Provenance(part=body, paragraph=at))
            for at, text in enumerate(
                (
                    "云岭市2031年度困难群众冬季补助名单公示",
                    "各县（区）民政局，各街道办事处：",
                    (
                        "根据《云岭市困难群众救助办法》和市政府第12次常务会议要求，经个人申请、社区评议、街道审核，"
                        "拟对以下人员发放冬季取暖补助，现予公示，公示期为2031年11月3日至11月9日。"
                    ),
                    (
                        "公示期间如有异议，请与市民政局救助科联系。联系人：赵青禾，手机13900001234，"
                        "住址云岭市青石区柳荫路18号3栋2单元501室。"
                    ),
                    (
                        "根据市政府党组会议纪要〔2031〕12期精神，王某某副市长在内部讲话中要求压减三个项目，"
                        "相关安排待统一发布后再行公开。"
                    ),
                ),
                1,
            )
        ),
        *(
            (
                table,
                "\t".join(row),
                Provenance(part=body, paragraph=5 + 4 * at, detail=f"表1第{at}行"),
            )
            for at, row in enumerate(
                (
                    ("序号", "姓名", "身份证号", "补助金额（元）"),
                    ("1", "周小满", "990101203101014321", "1200"),
                    ("2", "钱谷雨", "990101203202025436", "1200"),
                    ("3", "孙立冬", "990101203303036549", "800"),
                    ("4", "李惊蛰", "990101203404047656", "800"),
                    ("5", "吴白露", "990101203505058769", "1200"),
                ),
                1,
            )
        ),
        (BlockKind.PARAGRAPH, "云岭市民政局", Provenance(part=body, paragraph=40)),
        (BlockKind.FOOTNOTE, "补助标准见云民发〔2031〕6号。", Provenance(part="word/footnotes.xml", paragraph=1)),
        (
            BlockKind.DELETED,
            "联系电话13900001234（值班）。",
            Provenance(part=body, paragraph=4, hidden=Hidden.DELETED),
        ),
        (
            BlockKind.COMMENT,
            "这一段先不要公开，等领导批示。",
            Provenance(part="word/comments.xml", paragraph=1, detail="作者 林清明"),
        ),
        (
            BlockKind.PROPERTY,
            "林清明",
            Provenance(part="docProps/core.xml", detail="作者", hidden=Hidden.NOT_ON_PAGE),
        ),
        (
            BlockKind.TABLE_ROW,
            "周小满\t13900004321",
            Provenance(path=("通讯录.xlsx",), part="xl/worksheets/sheet1.xml", detail="Sheet1第2行"),
        ),
    ]
    unread = (
        Unread("第2页图片1", UnreadReason.IMAGE_WITHOUT_OCR),
        Unread("附件《补充材料.zip》", UnreadReason.ENCRYPTED, "成员 3 个"),
    )
    document = document_of(pieces, "冬季补助名单公示.docx", unread)
    identity = {
        "rule_id": "personal.identity_number",
        "title": "公民身份号码",
        "category": "personal_identity_number",
        "message": "完整的公民身份号码，校验码正确。",
        "advice": "按“前1位后1位可见、中间遮蔽”脱敏，或删去整列。",
        "basis": "个人信息保护法 第二十八条、第二十九条",
    }
    ids = [text.split("\t")[2] for _, text, p in pieces if p.detail.startswith("表1") and "9901" in text]
    internal = {
        "rule_id": "work.internal_mark",
        "title": "内部标志",
        "category": "work_secret_mark",
        "message": "版头带有内部标志。",
        "advice": "先由原确定单位书面解除，再公开。",
        "basis": "保密法 第六十四条；实施条例 第七十三条",
    }
    minutes = {
        "rule_id": "internal.minutes",
        "title": "内部会议纪要、内部讲话",
        "category": "internal_document_ref",
        "message": "引用了未公开的会议纪要或内部讲话。",
        "advice": "删去引用，或先取得制发单位书面同意。",
        "basis": "政府信息公开条例 第十六条",
        "explanation": ("附近没有“新闻发布”“公开发布”等已公开的证据",),
    }
    return result_of(
        document,
        [
            finding(document, "内部资料 注意保管", severity=Severity.S0, **internal),
            finding(document, "13900001234", "139****1234"),
            finding(document, "13900001234", "139****1234", occurrence=2),
            finding(document, "13900004321", "139****4321"),
            finding(
                document,
                "云岭市青石区柳荫路18号3栋2单元501室",
                "云岭市青石区柳荫路****",
                severity=Severity.S2,
                rule_id="personal.address",
                title="家庭住址",
                advice="只写到街道。",
            ),
            finding(document, "市政府党组会议纪要〔2031〕12期", severity=Severity.S2, **minutes),
            finding(
                document,
                "12期精神，王某某副市长在内部讲话中",
                severity=Severity.S3,
                **(minutes | {"title": "内部讲话"}),
            ),
            *(finding(document, value, value[0] + "*" * 16 + value[-1], **identity) for value in ids),
            finding(
                document,
                "先不要公开",
                severity=Severity.S2,
                rule_id="process.not_yet",
                title="尚未定稿的提示",
                advice="处理批注后用“检查文档”删除全部批注。",
                basis="政府信息公开条例 第十六条",
            ),
        ],
        Disposition.BLOCK,
    )


def clean_news() -> Result:
    """A draft in which nothing was found."""
    return result_of(
        document_of("云岭市第五届读书节开幕\n本报讯 云岭市第五届读书节昨天在市图书馆开幕。", "读书节消息.txt"),
        (),
        Disposition.CLEAR,
    )


def marked_copy() -> Result:
    """A draft with a state-secret mark."""
    document = document_of("机密★10年\n关于云岭市应急储备调整的通知\n今年力量布置由三处增至五处。", "应急储备.docx")
    mark = finding(
        document,
        "机密★10年",
        severity=Severity.S0,
        rule_id="secret.mark",
        title="国家秘密标志",
        category="state_secret_mark",
        message="密级和保密期限的标志。",
        advice="立即停止处理和传输，报告保密员。",
        basis="保密法 第二十二条；实施条例 第二十一条",
    )
    return result_of(document, [mark], Disposition.QUARANTINE)
