"""The one table that moves a case: which step from which state, and what must be true first.

`after` gives the case after an act, or raises RefusedError with the reason in the words of the office. Guards, by the
domain rules section 7: no contributor signs; one person, one level; everything flagged, attached or unread opened
before signing; every finding resolved with a reason; an edit voids; a mark that is gone is an incident.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from screening.domain.errors import RefusedError
from screening.domain.people import Role
from screening.domain.review import Act, Case, Resolution, Signature, State, Step, Version, Word


def after(case: Case, act: Act) -> Case:
    """The case after this act. Raises RefusedError when the rule does not allow it."""
    if (case.state, act.step) not in ALLOWED:
        raise RefusedError(f"此时（{case.stage}）不能{act.step.label}")
    if act.step not in _BEGIN and (case.current is None or act.sha256 != case.current.sha256):
        raise RefusedError("所指的不是当前版本：稿件已有改动，请重新打开")
    return _MOVES[act.step](case, act)


def _upload(case: Case, act: Act) -> Case:
    """A new version: every signature, look and word is void, whoever uploads it becomes a contributor."""
    if not act.sha256:
        raise RefusedError("上传须附文件摘要")
    return replace(
        case,
        state=State.SCREENING,
        level=0,
        versions=(*case.versions, Version(act.sha256, screened=False)),
        contributors=case.contributors | {act.person.id},
        signatures=(),
        opened=frozenset(),
        words={},
        cleared_by=frozenset(),
        authority_agreed=False,
    )


def _screen(case: Case, act: Act) -> Case:
    """The result of the check. A mark locks the case; one that the version before bore and is gone is an incident."""
    version = act.version
    if version is None or version.sha256 != act.sha256 or not version.screened:
        raise RefusedError("登记检查结果须附这一版本的结果")
    cleared = case.current is not None and case.current.mark_cleared
    earlier = case.versions[:-1]
    gone = bool(earlier) and earlier[-1].marked and not earlier[-1].mark_cleared and not version.marked
    state = State.QUARANTINED if version.marked and not cleared else State.SCREENED
    versions = (*earlier, replace(version, mark_cleared=cleared))
    return replace(case, versions=versions, state=State.INCIDENT if gone else state)


def _submit(case: Case, act: Act) -> Case:
    if act.person.id not in case.contributors:
        raise RefusedError("只有撰稿人可以送审")
    if case.state is State.RETURNED and not act.reason.strip():
        raise RefusedError("退回的稿件原样送审须说明未改的理由；改动后请上传新版本")
    return replace(case, state=State.REVIEW, level=0, signatures=())


def _open(case: Case, act: Act) -> Case:
    if case.current is None or act.item not in case.current.to_open | case.current.findings:
        raise RefusedError("本版本没有这一处")
    return replace(case, opened=case.opened | {(act.person.id, act.item)})


def _resolve(case: Case, act: Act) -> Case:
    """One's word on a finding replaces one's earlier word on it; to say it is to have looked."""
    _must_review(case, act)
    if case.current is None or act.item not in case.current.findings or act.resolution is None:
        raise RefusedError("没有这一疑点，或没有写明如何处理")
    if act.resolution is Resolution.RELEASED_BEFORE and not act.detail.get("basis", "").strip():
        raise RefusedError("有发布依据须写明出处：网址或文号")
    if act.resolution is Resolution.AUTHORITY_AGREES and not case.authority_agreed:
        raise RefusedError("尚未登记审定机关同意的书面意见")
    others = tuple(word for word in case.words.get(act.item, ()) if word.person != act.person.id)
    words = {**case.words, act.item: (*others, Word(act.person.id, act.resolution))}
    return replace(case, words=words, opened=case.opened | {(act.person.id, act.item)})


def _undo(case: Case, act: Act) -> Case:
    words = case.words.get(act.item, ())
    if not words or words[-1].person != act.person.id:
        raise RefusedError("只能撤销自己最近对这一疑点的处理")
    rest = (
        {**case.words, act.item: words[:-1]} if words[:-1] else {k: v for k, v in case.words.items() if k != act.item}
    )
    return replace(case, words=rest)


def _sign(case: Case, act: Act) -> Case:
    """One level more; the last one approves."""
    _must_review(case, act)
    version = case.current
    if version is None:  # cannot be: a case under review has a version
        raise RefusedError("没有稿件")
    unseen = [item for item in version.to_open if (act.person.id, item) not in case.opened]
    if unseen:
        raise RefusedError(f"还有 {len(unseen)} 处疑点、附件或未读内容没有打开看过")
    resolved = case.resolved
    last = case.level == len(case.levels) - 1
    pending = version.findings - set(resolved)
    # A grave matter is waved through by two: the first signs on his own word, the last level must find both.
    one_word = {item for item in pending if case.words.get(item)}
    if pending - one_word:
        raise RefusedError(f"还有 {len(pending - one_word)} 处疑点没有处理")
    if last and one_word:
        raise RefusedError(f"还有 {len(one_word)} 处严重疑点只有一人认定，须两人认定")
    edits = [item for item, resolution in resolved.items() if resolution.edits]
    if edits:
        raise RefusedError(f"有 {len(edits)} 处要求删改：请退回撰稿人改后重新上传")
    return replace(
        case,
        signatures=(*case.signatures, Signature(case.level, act.person.id, act.sha256, act.at, act.reason)),
        state=State.APPROVED if last else State.REVIEW,
        level=case.level if last else case.level + 1,
    )


def _must_review(case: Case, act: Act) -> None:
    """The person holds the role of this level, has not written the draft, has signed no other level, gives a reason."""
    if act.person.id in case.contributors:
        raise RefusedError("撰稿、参与撰稿和代为上传的人不得审签本稿")
    if case.levels[case.level] not in act.person.roles:
        raise RefusedError(f"这一级由{case.levels[case.level].label}审签")
    if any(one.person == act.person.id for one in case.signatures):
        raise RefusedError("一人只审一级")
    if not act.reason.strip():
        raise RefusedError("须写明理由")


def _return(case: Case, act: Act) -> Case:
    _must_review(case, act)
    return replace(case, state=State.RETURNED, signatures=(), level=0)


def _send_up(case: Case, act: Act) -> Case:
    _must_review(case, act)
    if not act.detail.get("authority", "").strip():
        raise RefusedError("送审须写明审定机关")
    return replace(case, state=State.SENT_UP)


def _answer(case: Case, act: Act) -> Case:
    if case.levels[case.level] not in act.person.roles or act.person.id in case.contributors:
        raise RefusedError(f"审定意见由{case.levels[case.level].label}登记，撰稿人不得登记")
    if not act.detail.get("document_no", "").strip() or not act.reason.strip():
        raise RefusedError("须登记审定机关的文号和意见")
    agreed = act.detail.get("agreed") == "yes"
    # A later opinion that does not agree takes away what rested on an earlier one.
    words = case.words if agreed else _without(case.words, Resolution.AUTHORITY_AGREES)
    return replace(case, state=State.REVIEW, authority_agreed=agreed, words=words)


def _without(words: Mapping[str, tuple[Word, ...]], resolution: Resolution) -> dict[str, tuple[Word, ...]]:
    left = {item: tuple(word for word in said if word.resolution is not resolution) for item, said in words.items()}
    return {item: said for item, said in left.items() if said}


def _refuse(case: Case, act: Act) -> Case:
    """不予公开 needs ground, article, and that the open part was considered (信息公开条例 37)."""
    _must_review(case, act)
    if not act.detail.get("ground", "").strip() or not act.detail.get("article", "").strip():
        raise RefusedError("不予公开须写明理由和依据的条款")
    if act.detail.get("partial_considered") != "yes":
        raise RefusedError("不予公开须先考虑区分处理（能公开的部分是否公开）")
    return replace(case, state=State.NOT_PUBLISHED)


_CLEARING = frozenset({Role.CLASSIFICATION_OFFICER, Role.SECRECY_OFFICER})


def _clear_mark(case: Case, act: Act) -> Case:
    """A mark is wrong only when classification officer and secrecy officer, two persons, both say so in writing."""
    roles = act.person.roles & _CLEARING
    if not roles or act.person.id in case.contributors or not act.reason.strip():
        raise RefusedError("密级标志由定密责任人和保密审查员两人书面认定，撰稿人不得参与")
    cleared = case.cleared_by | {(act.person.id, role) for role in roles}
    pairs = {(a, b) for a, role in cleared if role is Role.CLASSIFICATION_OFFICER
             for b, other in cleared if other is Role.SECRECY_OFFICER and a != b}  # fmt: skip
    case = replace(case, cleared_by=cleared)
    if not pairs or case.current is None:
        return case
    again = replace(case.current, mark_cleared=True, screened=False)  # nothing of it was kept: it is checked anew
    return replace(case, versions=(*case.versions[:-1], again), state=State.SCREENING)


_REPORTING = frozenset({Role.SECRECY_OFFICER, Role.CLASSIFICATION_OFFICER, Role.APPROVER})
_RECALLING = _REPORTING | {Role.PUBLISHER}


def _report(case: Case, act: Act) -> Case:
    _must_handle_incident(act)
    return replace(case, state=State.INCIDENT)


def _measure(case: Case, act: Act) -> Case:
    _must_handle_incident(act)
    return case


def _must_handle_incident(act: Act) -> None:
    if not act.person.roles & _REPORTING:
        raise RefusedError("由保密审查员、定密责任人或分管领导办理")
    if not act.reason.strip():
        raise RefusedError("须写明发现经过或处置情况")


def _release(case: Case, act: Act) -> Case:
    if Role.PUBLISHER not in act.person.roles:
        raise RefusedError("由发布人发布")
    if act.terms != case.terms:
        raise RefusedError("渠道、受众或期限与审批的不一致")
    if not case.terms.hold_on(act.at[:10]):
        raise RefusedError("不在审批的发布期限内：须重新审批")
    if act.person.id in {one.person for one in case.signatures} | case.contributors:
        raise RefusedError("审签人和撰稿人不得自行发布")
    return replace(case, state=State.RELEASED)


def _recall(case: Case, act: Act) -> Case:
    if not act.person.roles & _RECALLING:
        raise RefusedError("由发布人、保密审查员、定密责任人或分管领导撤回")
    if not act.reason.strip():
        raise RefusedError("撤回须写明理由")
    return replace(case, state=State.RECALLED)


def _found(case: Case, act: Act) -> Case:
    """What was published without approval is filed where it is recalled: there is no draft to review, and no author."""
    if not act.person.roles & _RECALLING:
        raise RefusedError("由发布人、保密审查员、定密责任人或分管领导开案")
    if not act.reason.strip():
        raise RefusedError("开案须写明理由")
    if not act.sha256 or case.versions or case.contributors:
        raise RefusedError("开案须附网页的摘要，且只用于没有经过本系统的内容")
    return replace(case, state=State.RECALLED, versions=(Version(act.sha256, screened=False),))


def _withdraw(case: Case, act: Act) -> Case:
    if act.person.id not in case.contributors:
        raise RefusedError("只有撰稿人可以撤稿")
    return replace(case, state=State.WITHDRAWN)


def _void(case: Case, act: Act) -> Case:
    if not act.reason.strip():
        raise RefusedError("作废须写明原因")
    return replace(case, state=State.VOIDED, signatures=(), level=0)


_MOVES: Mapping[Step, Callable[[Case, Act], Case]] = {
    Step.UPLOAD: _upload, Step.SCREEN: _screen, Step.SUBMIT: _submit, Step.OPEN: _open, Step.RESOLVE: _resolve,
    Step.UNDO: _undo, Step.SIGN: _sign, Step.RETURN: _return, Step.SEND_UP: _send_up, Step.ANSWER: _answer,
    Step.REFUSE: _refuse, Step.CLEAR_MARK: _clear_mark, Step.REPORT: _report, Step.MEASURE: _measure,
    Step.RELEASE: _release, Step.RECALL: _recall, Step.FOUND: _found, Step.WITHDRAW: _withdraw, Step.VOID: _void,
}  # fmt: skip

_BEGIN = frozenset({Step.UPLOAD, Step.FOUND})  # they bring the bytes that they are about
_BEFORE_REVIEW = (State.SCREENED, State.RETURNED)
ALLOWED: frozenset[tuple[State, Step]] = frozenset(
    [(state, Step.UPLOAD) for state in (State.DRAFT, *_BEFORE_REVIEW, State.QUARANTINED, State.REVIEW, State.SENT_UP,
                                        State.APPROVED, State.VOIDED)]
    + [(State.SCREENING, Step.SCREEN)]
    + [(state, Step.SUBMIT) for state in _BEFORE_REVIEW]
    + [(state, Step.OPEN) for state in (State.SCREENED, State.REVIEW, State.SENT_UP)]
    + [(State.REVIEW, step) for step in (Step.RESOLVE, Step.UNDO, Step.SIGN, Step.RETURN, Step.SEND_UP, Step.REFUSE)]
    + [(State.SENT_UP, Step.ANSWER), (State.QUARANTINED, Step.CLEAR_MARK), (State.QUARANTINED, Step.REPORT)]
    + [(State.INCIDENT, Step.MEASURE), (State.RECALLED, Step.MEASURE), (State.RECALLED, Step.REPORT)]
    + [(State.APPROVED, Step.RELEASE), (State.RELEASED, Step.RECALL), (State.RELEASED, Step.REPORT)]
    + [(State.DRAFT, Step.FOUND)]
    + [(state, Step.WITHDRAW) for state in (*_BEFORE_REVIEW, State.REVIEW, State.APPROVED, State.VOIDED)]
    + [(State.APPROVED, Step.VOID)]
)  # fmt: skip
