"""The frame words of every report, in Chinese and English. What rules and places say stays as the rules say it."""

from dataclasses import dataclass

from screening.domain.decision import Disposition
from screening.domain.document import UnreadReason
from screening.domain.finding import Severity
from screening.domain.run import Run

_ZH, _EN = 0, 1

_FRAME = {
    "report": ("公开前保密审查报告", "Pre-publication confidentiality report"),
    "verdict": ("结论", "Verdict"),
    "findings": ("疑点", "Findings"),
    "why": ("依据", "Why"),
    "advice": ("怎么办", "To do"),
    "rule": ("规则", "Rule"),
    "note": ("说明", "Note"),
    "nothing_excused": ("没有", "none"),
    "excused": ("因语境不算的命中", "Matches excused by their context"),
    "message": ("是什么", "What"),
    "reasons": ("原因", "Reason"),
    "channel": ("渠道", "Channel"),
    "place": ("位置", "Place"),
    "places": ("各处", "Places"),
    "file": ("文件", "File"),
    "total": ("共 {count} 处", "{count} in all"),
    "times": ("相同 {count} 处", "{count} times"),
    "and_more": ("等", "and more"),
    "none": ("未发现疑点", "no findings"),
    "unread": ("未能读取", "Not read"),
    "unread_count": ("未能读取 {count} 处", "{count} not read"),
    "cure": ("怎么办", "Cure"),
    "hidden": ("页面上看不见", "not visible on the page"),
    "hidden_part": ("页面上看不见的内容", "Content not visible on the page"),
    "text_part": ("原文", "The draft"),
    "cards": ("疑点清单", "List of findings"),
    "to_text": ("看原文", "in the draft"),
    "overlap": ("{count}处", "{count} here"),
    "also": ("同一处还有", "Also here"),
    "page": ("第 {number} 页", "Page {number}"),
    "left_out": ("略去 {count} 段，均未发现疑点", "{count} stretches without findings left out"),
    "locked": (
        "稿件带有国家秘密标志：报告不展示正文，也不得传阅。请立即停止处理并报告保密员。",
        "The draft bears a state-secret mark: its text is not shown. Stop and tell the secrecy officer.",
    ),
    "no_text": ("没有读到文字。", "No text was read."),
    "drafts": ("稿件 {count} 份", "{count} drafts"),
    "no_drafts": ("没有稿件。", "No drafts."),
    "masked_note": ("敏感内容已遮蔽。", "Values are masked."),
    "shown_note": ("本报告含未遮蔽的敏感内容，须按原稿保管。", "Values are NOT masked: keep this report as the draft."),
    "summary": ("汇总", "Summary"),
    "ruleset": ("规则版本", "Ruleset"),
    "model": ("模型版本", "Model"),
    "policy": ("策略版本", "Policy"),
    "digest": ("稿件 SHA-256", "Draft SHA-256"),
    "keys": ("按 n 下一处，p 上一处", "n next, p previous"),
    "coverage": (
        "检查了 {blocks} 段、{attachments} 个附件、{images} 张图片，{unread} 处未能读取。",
        "Checked {blocks} stretches of text, {attachments} attachments, {images} pictures; {unread} not read.",
    ),
    "accepted": (
        "另有 {count} 处疑点已由基线认可，未计入。",
        " {count} more findings are set aside by the baseline.",
    ),
    "honest": ("未发现 ≠ 可以公开，仍须审批", "Nothing found does not mean it may be published; sign-off still needed"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "category": ("类别", "Category"),
    "severity": ("级别", "Severity"),
    "title": ("标题", "Title"),
    "visible": ("可见", "Visible"),
    "masked": ("内容(已遮蔽)", "Content (masked)"),
    "quote": ("内容", "Content"),
    "start": ("起", "Start"),
    "end": ("止", "End"),
    "score": ("分值", "Score"),
    "fingerprint": ("指纹", "Fingerprint"),
}

_SEVERITIES = {Severity.S0: "critical", Severity.S1: "high", Severity.S2: "medium", Severity.S3: "low"}

_DISPOSITIONS = {
    Disposition.CLEAR: "nothing found (sign-off still needed)",
    Disposition.WARN: "look again before you submit it",
    Disposition.REDACT: "mask or reword, then screen again",
    Disposition.HOLD: "a named leader has to decide",
    Disposition.REFER: "refer to the outside authority for a written opinion",
    Disposition.BLOCK: "must not be published: edit it, or show a written basis",
    Disposition.QUARANTINE: "state-secret mark: stop, and tell the secrecy officer",
}

_UNREAD = {
    UnreadReason.ENCRYPTED: ("encrypted", "remove the password and check again"),
    UnreadReason.IMAGE_WITHOUT_OCR: ("words in a picture not recognised", "install xianshen[ocr], or two people look"),
    UnreadReason.OCR_UNSURE: ("words in a picture recognised badly", "use a sharper scan, or two people look"),
    UnreadReason.GARBLED_TEXT: ("text cannot be restored (no encoding table)", "install OCR or export again"),
    UnreadReason.DOCTYPE: ("a part declares a DOCTYPE", "save as a new file with Word or WPS"),
    UnreadReason.OVER_LIMIT: ("over a reading limit", "split the file"),
    UnreadReason.PARSE_ERROR: ("damaged", "repair it or save it again"),
    UnreadReason.UNKNOWN_TYPE: ("unknown file type", "convert to docx, pdf or txt, or two people look"),
    UnreadReason.UNKNOWN_CHARSET: ("unknown character encoding", "save as UTF-8"),
    UnreadReason.LEGACY_FORMAT: ("legacy format", "save as docx, xlsx or pptx"),
    UnreadReason.EMPTY: ("nothing read", "make sure the file is neither empty nor cut off"),
    UnreadReason.TIMEOUT: ("reading took too long", "split the file or save it again"),
    UnreadReason.CRASHED: ("the reader crashed (isolated)", "the file may be harmful or damaged: save it again"),
    UnreadReason.MISSING: ("content referred to is missing", "save it again with its own program"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The frame words of one language: zh, or en."""

    language: str = "zh"

    @property
    def english(self) -> bool:
        """Whether the frame is English."""
        return self.language == "en"

    @property
    def tag(self) -> str:
        """The language tag of a page."""
        return "en" if self.english else "zh-CN"

    @property
    def colon(self) -> str:
        """What stands between a word and what follows it."""
        return ": " if self.english else "："

    def __call__(self, key: str, **values: object) -> str:
        """The word for this key."""
        return _FRAME[key][_EN if self.english else _ZH].format(**values)

    def severity(self, severity: Severity) -> str:
        """The word for a severity."""
        return _SEVERITIES[severity] if self.english else severity.label

    def disposition(self, disposition: Disposition) -> str:
        """The word for a disposition, with its consequence."""
        return _DISPOSITIONS[disposition] if self.english else disposition.label

    def unread(self, reason: UnreadReason) -> tuple[str, str]:
        """What kept something from being read, and the cure."""
        return _UNREAD[reason] if self.english else (reason.label, reason.cure)

    def covered(self, run: Run) -> str:
        """What was looked at, and how many findings a baseline sets aside: never hidden."""
        coverage = run.coverage
        looked = self(
            "coverage",
            blocks=coverage.blocks,
            attachments=coverage.attachments,
            images=coverage.images,
            unread=len(coverage.unread),
        )
        return looked + self("accepted", count=len(run.accepted)) if run.accepted else looked

    def honest(self, sign_offs: tuple[str, ...]) -> str:
        """That nothing found is no permission, and who has to sign."""
        chain = " → ".join(sign_offs)
        if not chain:
            return self("honest") + ("." if self.english else "。")
        return f"{self('honest')}: {chain}." if self.english else f"{self('honest')}：{chain}。"
