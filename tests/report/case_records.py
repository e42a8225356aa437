"""Invented cases on record."""

from dataclasses import replace

from screening.domain.record import (
    Attachment,
    CaseRecord,
    Declaration,
    Hit,
    Opinion,
    Publication,
    Recall,
    Refusal,
    Screening,
    SentUp,
)

DIGEST = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"


def declared(**changes: object) -> Declaration:
    """A complete declaration."""
    made = Declaration(
        title="云岭市举办第十二届茶叶节",
        kind="新闻稿件",
        carrier="非公文",
        classification="无",
        sources="本单位现场采访",
        cites_internal=False,
        photo_author="周小满",
        photo_count=3,
        channel="单位网站",
        audience="社会公众",
        planned_at="2031-05-08",
        release_basis="云政发〔2031〕12号",
        summary="介绍茶叶节开幕式、参展单位和主要活动安排。",
        contact="0199-5550123",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def screened(hits: int = 2) -> Screening:
    """Findings of two severities."""
    listed = tuple(
        Hit("personal_phone", f"PII-{at:03}", "个人电话号码", f"第{at}段", "高" if at == 1 else "中", "脱敏")
        for at in range(1, hits + 1)
    )
    counts = {"严重": 0, "高": 1, "中": hits - 1}
    return Screening("7c21d0b9aa11", "m-1", "19a4f3e2bb22", "须脱敏或改写，改后重查", counts, "高", 0, listed)


def waiting(**changes: object) -> CaseRecord:
    """A case that nobody has signed yet."""
    made = CaseRecord(
        number="云岭〔2031〕0017",
        unit="云岭市文化局",
        department="宣传科",
        author="周小满",
        created_at="2031-05-06T09:30:00+08:00",
        state="审签中",
        declaration=declared(),
        sha256=DIGEST,
        filename="茶叶节.docx",
        size=18_432,
        screening=screened(),
        attachments=(Attachment("活动日程.xlsx", "无"),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def signed(**changes: object) -> CaseRecord:
    """A case that went the whole way, with every part of the record filled."""
    opinions = (
        Opinion(0, "部门负责人（初审）", "钱谷雨", "2031-05-06T10:00:00+08:00", "同意公开", "内容属实"),
        Opinion(1, "保密审查员（复审）", "孙立冬", "2031-05-06T15:00:00+08:00", "同意公开", "已脱敏，不涉密"),
        Opinion(2, "分管领导（审批）", "李惊蛰", "2031-05-07T09:00:00+08:00", "同意公开", "按期发布"),
    )
    made = waiting(
        state="已发布",
        opinions=opinions,
        sent_up=SentUp(
            "云岭市保密局",
            "云文函〔2031〕3号",
            "2031-05-06",
            "2031-05-20",
            "可以公开",
            "云保复〔2031〕9号",
            "2031-05-07",
        ),
        publication=Publication("吴白露", "2031-05-08T08:00:00+08:00", "https://yunling.example/tea"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def refused() -> CaseRecord:
    """A case that must not be published, and one word on it."""
    refusal = Refusal("个人隐私", "政府信息公开条例第十五条", True, "含特困人员名单")
    opinion = Opinion(1, "保密审查员（复审）", "孙立冬", "2031-05-06T15:00:00+08:00", "不予公开", "含特困人员名单")
    return waiting(number="云岭〔2031〕0018", state="不予公开", refusal=refusal, opinions=(opinion,))


def recalled() -> CaseRecord:
    """A case that was taken back."""
    recall = Recall("2031-05-09T08:00:00+08:00", "吴白露", "漏删手机号", ("单位网站", "政务新媒体"))
    return signed(number="云岭〔2031〕0019", state="已撤回", recall=recall)
