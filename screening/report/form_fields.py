"""The 17 fields of the 《新闻稿件/信息发布保密审查审批表》 as text, for the Word form, the unit's own template and the
print page. Fields and their order: domain rules, section 7, "Printed form".
"""

import datetime as dt
from collections.abc import Iterable

from screening.domain.record import GROUNDS, KINDS, CaseRecord, Hit, Opinion, Screening
from screening.report.printable import in_lines, on_one_line

Row = tuple[str, str]
TITLE = "新闻稿件/信息发布保密审查审批表"
KEPT = "原件留宣传部门（保密审查机构）存档，送审单位存复印件。"

_BLANK_DAY = "　　年　　月　　日"
_WAYS = ("政府网站", "报刊", "广播", "电视", "公开栏", "新媒体", "内网", "外网", "上级机关")
_MATTERS = ("国家秘密和内部敏感信息", "涉密科研进度", "成果、图纸、照片", "涉外军工合作", "其他不宜公开的重大事项")
_PROMISE = "本人承诺所报内容真实，素材来源合法，已按保密规定自查；审批后如有改动，重新送审（一事一审）。"
_MOST_HITS = 8
_MOST_SUMMARY = 300
DEPARTMENT = ("部门负责人", "初审")
BUSINESS = ("业务主管",)
SECRECY = ("保密审查员", "复审", "定密")
EDITOR = ("主编", "编辑", "宣传")
LEADER = ("分管领导", "审批")


def form_rows(record: CaseRecord) -> list[Row]:
    """Label and value of every field, in the order of the form. Values may hold line feeds, never controls."""
    return [row for line in (*matter_lines(record), *opinion_lines(record)) for row in line]


def matter_lines(record: CaseRecord) -> list[tuple[Row, ...]]:
    """Fields 1 to 10, the first page: what is to be published and what was found. One or two fields to a line."""
    asked = "\n".join(f"□是 □否　{matter}" for matter in _MATTERS)
    told = record.declaration
    cites = "引用内部或涉密文件" if told.cites_internal else "未引用内部或涉密文件"
    return [
        (("编号", _line(record.number)), ("填表日期", day(record.created_at))),
        (("拟公开单位/部门", _line(f"{record.unit} {record.department}")), ("申请人", _line(record.author))),
        (("联系电话", _line(told.contact)), ("公开范围", _line(told.audience))),
        (("信息（宣传报道）名称", _line(told.title)),),
        (("事项类别", options(KINDS, told.kind)),),
        (("事由（发布依据）", _line(told.release_basis)),),
        (("载体形式", carrier(record)), ("资料最高密级", _line(told.classification) or "无")),
        (("附件及各自密级", attachments(record)), ("图片", photos(record))),
        (("拟公开方式", ways(told.channel)),),
        (("拟公开时间", day(told.planned_at)), ("素材来源", _line(f"{told.sources}（{cites}）"))),
        (("内容摘要", summary(record)),),
        (("保密承诺和措施", f"{_PROMISE}\n{_signing('申请人')}"),),
        (("审查内容是否涉及", asked),),
        (("系统筛查结论", screening_text(record)),),
    ]


def opinion_lines(record: CaseRecord) -> list[tuple[Row, ...]]:
    """Fields 11 to 17, the second page: what was decided. One field to a line."""
    lines: list[tuple[Row, ...]] = [
        (("所在单位（处室）自审意见", opinion_text(record.opinion_of(*DEPARTMENT))),),
        (("业务主管部门审查意见（需要时）", opinion_text(record.opinion_of(*BUSINESS))),),
        (("保密审查机构意见", secrecy_text(record)),),
        (("编辑、主编（宣传部）意见", opinion_text(record.opinion_of(*EDITOR))),),
        (("分管领导审批意见", opinion_text(record.opinion_of(*LEADER))),),
    ]
    lines += [((f"{_line(one.office)}意见", opinion_text(one)),) for one in _others(record)]
    return [*lines, (("送审情况", sent_up_text(record)),), (("发布与留存", publication_text(record)),)]


def _others(record: CaseRecord) -> list[Opinion]:
    """Opinions that no field above shows: none is lost."""
    fields = (DEPARTMENT, BUSINESS, SECRECY, EDITOR, LEADER)
    shown = [record.opinion_of(*words) for words in fields]
    return [one for one in record.opinions if one not in shown]


def day(at: str) -> str:
    """A day or time as people write it; blanks to fill in when there is none."""
    if not at.strip():
        return _BLANK_DAY
    try:
        found = dt.datetime.fromisoformat(at)
    except ValueError:
        return _line(at)
    return f"{found.year}年{found.month}月{found.day}日"


def options(names: Iterable[str], chosen: str) -> str:
    """Boxes, with a tick at what was chosen; what is not among them is written behind the last, 其他."""
    names = tuple(names)
    chosen = _line(chosen)
    other = "其他" in names and bool(chosen) and chosen not in names
    text = "　".join(f"{'☑' if name == chosen or (other and name == '其他') else '□'}{name}" for name in names)
    return f"{text}：{chosen}" if other else text


def ways(channel: str) -> str:
    """The boxes of 拟公开方式. A channel such as 公开报刊广播电视 ticks three of them."""
    channel = _line(channel)
    ticked = {way for way in _WAYS if way.removeprefix("政府") in channel}
    text = "　".join(f"{'☑' if way in ticked else '□'}{way}" for way in _WAYS)
    other = bool(channel) and not ticked
    return f"{text}　{'☑' if other else '□'}其他{'：' + channel if other else ''}" + (
        f"（{channel}）" if ticked else ""
    )


def carrier(record: CaseRecord) -> str:
    """公文类 or 非公文类."""
    is_other = record.declaration.carrier.startswith("非")
    named = record.declaration.carrier.removesuffix("类") in ("公文", "非公文")
    return f"{'☑' if named and not is_other else '□'}公文类　{'☑' if is_other else '□'}非公文类"


def attachments(record: CaseRecord) -> str:
    """Each attachment with its classification."""
    return "\n".join(f"{_line(one.name)}（{_line(one.classification) or '无'}）" for one in record.attachments) or "无"


def photos(record: CaseRecord) -> str:
    """Whether there are pictures, how many, and whose."""
    told = record.declaration
    if not told.photo_count:
        return "☑无　□有"
    return f"□无　☑有 {told.photo_count} 张，作者：{_line(told.photo_author)}"


def summary(record: CaseRecord) -> str:
    """The summary, cut to what the form has room for."""
    text = in_lines(record.declaration.summary).strip()
    return text if len(text) <= _MOST_SUMMARY else f"{text[:_MOST_SUMMARY]}……（全文见系统登记）"


def counts(screening: Screening) -> str:
    """严重 1、高 2, or that nothing was found."""
    found = [f"{_line(name)} {count}" for name, count in screening.counts_by_severity.items() if count]
    return "、".join(found) or "未发现疑点"


def hit_lines(hits: tuple[Hit, ...]) -> list[str]:
    """The gravest findings, one a line, and how many more there are."""
    lines = [
        _line(f"{number}. 【{hit.severity}】{hit.rule_id} {hit.title}（{hit.place}）{hit.resolution or '未处理'}")
        for number, hit in enumerate(hits[:_MOST_HITS], 1)
    ]
    more = len(hits) - _MOST_HITS
    return [*lines, f"……另有 {more} 处，见系统记录"] if more > 0 else lines


def screening_text(record: CaseRecord) -> str:
    """Field 10: disposition, counts, versions, digest and the findings."""
    found = record.screening
    if found is None:
        return f"尚未筛查\n稿件 SHA-256：{_line(record.sha256)}"
    versions = f"规则库 {found.ruleset_version}　模型 {found.model_version or '无'}　策略 {found.policy_version}"
    lines = [
        f"{found.disposition}；疑点 {found.total} 处（{counts(found)}）；未能读取 {found.unread} 处",
        versions,
        f"稿件 {record.filename}，{record.size} 字节",
        f"SHA-256：{record.sha256}",
    ]
    return "\n".join([*map(_line, lines), *hit_lines(found.hits)])


def opinion_text(opinion: Opinion | None) -> str:
    """An opinion with its signature, or blanks to sign on paper."""
    if opinion is None:
        return f"□同意公开　□退回修改　□不予公开\n\n{_signing('审查人', seal=True)}"
    said = "：".join(part for part in (_line(opinion.conclusion), in_lines(opinion.reason).strip()) if part)
    return f"{said}\n{_signed(opinion)}"


def secrecy_text(record: CaseRecord) -> str:
    """Field 13: whether it may be published, and the ground if not; the secrecy office decides, never the program."""
    opinion, refusal = record.opinion_of(*SECRECY), record.refusal
    agreed = opinion is not None and refusal is None and opinion.conclusion.startswith(("同意", "应予公开"))
    grounds = options(GROUNDS, refusal.ground if refusal else "")
    lines = [f"{'☑' if agreed else '□'}应予公开　{'☑' if refusal else '□'}不予公开（{grounds}）"]
    if refusal is None:
        lines.append("依据：")
    else:
        lines += [
            f"依据：{_line(refusal.article)}　理由：{_line(refusal.reason)}",
            _partial(refusal.partial_considered),
        ]
    if opinion is None:
        return "\n".join([*lines, _signing("审查人", seal=True)])
    return "\n".join([*lines, opinion_text(opinion)])


def _partial(considered: bool) -> str:
    return f"区分处理（部分公开）：{'☑' if considered else '□'}已考虑　{'□' if considered else '☑'}未考虑"


def sent_up_text(record: CaseRecord) -> str:
    """Field 16: authority, document number, dates, conclusion."""
    sent = record.sent_up
    if sent is None:
        return f"审定单位：　　　　　　　　　文号：　　　　　　　日期：{_BLANK_DAY}\n结论："
    asked = f"审定单位：{sent.authority}　文号：{sent.document_no}　送审：{day(sent.sent_at)}　期限：{day(sent.due)}"
    reply = f"结论：{sent.reply}　复函文号：{sent.reply_no}　日期：{day(sent.replied_at)}"
    return f"{_line(asked)}\n{_line(reply)}"


def publication_text(record: CaseRecord) -> str:
    """Field 17: publisher, day, address; the recall if there was one; where the papers are kept."""
    published, recall = record.publication, record.recall
    if published is None:
        lines = [f"发布人（签字）：　　　　　　　　发布日期：{_BLANK_DAY}", "网址："]
    else:
        lines = [f"发布人：{published.publisher}　发布日期：{day(published.at)}", f"网址：{published.url or '无'}"]
    if recall is not None:
        lines.append(f"撤回：{day(recall.at)}　{recall.by}　{'、'.join(recall.channels)}　原因：{recall.reason}")
    return "\n".join([*map(_line, lines), KEPT])


def _signing(who: str, *, seal: bool = False) -> str:
    """The blanks for a signature on paper."""
    return f"{who}（签字）：　　　　　　　{'（公章）　　' if seal else ''}日期：{_BLANK_DAY}"


def _signed(opinion: Opinion) -> str:
    """Signed at the desk; the seal is still put on by hand."""
    return f"签字：{_line(opinion.name)}（电子签署）　　（公章）　　日期：{day(opinion.at)}"


def _line(text: str) -> str:
    return on_one_line(text).strip(" ")
