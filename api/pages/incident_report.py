"""What has to be done about an incident, and the text of its report with the fields of 国保发〔1999〕8号."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from api.pages.shown import time_label
from screening.domain.filing import Entry, Filing
from screening.domain.review import Step

_BLANK = "（待填写）"
STEPS: Mapping[str, tuple[str, str]] = {
    "stop": ("停止一切渠道的传播", "各渠道停发、下线、删除，通知转载方同步删除；网络运营者保存有关记录（保密法34）。"),
    "evidence": ("保全证据，由定密责任人保管", "原件和记录的副本存入涉密载体，由定密责任人封存，不留在非涉密设备上。"),
    "report": ("24 小时内书面报告", "报同级保密行政管理部门和上级主管部门（保密法实施条例61）；用下面的报告文本。"),
    "personal": ("涉及个人信息的，补救并通知", "立即补救，通知主管部门和本人（个人信息保护法57）；不涉及的也登记。"),
    "rescreen": ("重查全站", "用同一特征检查网站和其他渠道的已发内容，包括附件和转载。"),
    "result": ("三个月内查结并报告结果", "查清责任、作出处理、提出整改，报告查处结果（国保发〔1999〕8号）。"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class IncidentStep:
    """Something to be done, and whether it was."""

    id: str
    title: str
    how: str
    done_at: str = ""
    by: str = ""
    note: str = ""


class Head(Protocol):
    """What the report takes from the head of the page."""

    @property
    def found_at(self) -> str:
        """When it was found."""

    @property
    def what(self) -> str:
        """What it is about."""

    @property
    def marks(self) -> str:
        """Rules that found a mark."""

    @property
    def pages(self) -> str:
        """Pages on which."""


def step_rows(entries: Sequence[Entry], names: Mapping[str, str], *, personal: bool = True) -> list[IncidentStep]:
    """The steps with what is on record about each. personal: whether data of persons may be concerned."""
    done = {one.words.get("step", ""): one for one in entries if one.step == Step.MEASURE.value}
    rows = []
    for which, (title, how) in STEPS.items():
        entry = done.get(which)
        if entry is not None:
            by, note = names.get(entry.person, ""), entry.words.get("reason", "")
            rows.append(IncidentStep(which, title, how, time_label(entry.at), by, note))
        elif which != "personal" or personal:
            rows.append(IncidentStep(which, title, how))
    return rows


def report_text(filing: Filing, entries: Sequence[Entry], names: Mapping[str, str], head: Head) -> str:
    """The report, to be completed by hand. Neither title nor text of the draft stands in it."""
    upload = filing.current
    hits = f"，命中规则 {head.marks}" if head.marks else ""
    pages = f"，第 {head.pages.replace(' ', '、')} 页" if head.pages else ""
    measures = [
        f"　　{one.done_at} {one.title}：{one.note}（{one.by}）" for one in step_rows(entries, names) if one.done_at
    ]
    return "\n".join([
        "失泄密事件报告",
        f"登记编号：{filing.number}",
        "",
        "一、内容、密级、数量、载体",
        f"　　内容：{_BLANK}（内容不在本系统抄录，见封存的证据）",
        f"　　密级：{_BLANK}（由定密责任人认定）",
        f"　　数量：1 件{f'，{upload.size} 字节' if upload.size else ''}",
        f"　　载体：电子文件（{upload.media_type or '类型不明'}），SHA-256 {upload.sha256}",
        "二、发现经过",
        f"　　{head.found_at} 发现：{head.what}{hits}{pages}",
        "三、责任人",
        _answerable(filing, names),
        "四、时间、地点、经过",
        *_course(entries, names, filing),
        f"　　地点：{_BLANK}",
        "五、已造成或可能造成的危害",
        f"　　{_BLANK}",
        "六、查处情况",
        f"　　{_BLANK}",
        "七、补救措施",
        *(measures or [f"　　{_BLANK}"]),
        "",
        "报告单位（公章）：　　　　　　报告人：　　　　　　日期：　　年　　月　　日",
    ])  # fmt: skip


_TOLD = {one.value for one in (Step.SUBMIT, Step.SIGN, Step.RELEASE, Step.REPORT, Step.RECALL, Step.FOUND)}


def _answerable(filing: Filing, names: Mapping[str, str]) -> str:
    if filing.case.found:
        return f"　　未经本系统审批发布；责任部门：{filing.department or _BLANK}；责任人：{_BLANK}"
    by = names.get(filing.current.uploaded_by, "")
    return f"　　撰稿部门：{filing.department}；上传人：{by}；其他责任人：{_BLANK}"


def _course(entries: Sequence[Entry], names: Mapping[str, str], filing: Filing) -> list[str]:
    """When the file came in, and the steps since, without a word of what was written about it."""
    uploads = () if filing.case.found else filing.uploads
    lines = [f"　　{time_label(one.at, kept=True)} 上传第 {one.number} 版" for one in uploads]
    told = [one for one in entries if one.step in _TOLD]
    return lines + [
        f"　　{time_label(one.at, kept=True)} {Step(one.step).label}（{names.get(one.person, '')}）" for one in told
    ]
