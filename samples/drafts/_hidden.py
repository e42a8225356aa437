"""Drafts whose page is clean and whose file is not: changes, notes, white words, an earlier save."""

import _pdf
import _word
from _draft import BODY, NOTES, Draft, Must
from _people import identity_number, phone

_SPEECH = """
#在全市营商环境优化提升推进会上的讲话
~（2031年2月20日）
同志们：
今天我们召开全市营商环境优化提升推进会，主要任务是总结去年的工作，部署今年的任务，动员各级各部门进一步解放思想、真抓实干，把云岭打造成企业愿意来、留得住、发展好的热土。
刚才，市政务服务中心、东湖区、云岭经开区作了发言，讲得都很好。去年以来，我们推行“一窗受理、集成服务”，企业开办时间压缩到一个工作日以内；推行“免证办”，两百多项事项不再要求群众提交证明；设立企业服务专员，帮助企业解决用工、用地、融资等方面的难题。这些成绩来之不易，值得充分肯定。
但我们也要清醒地看到，与先进地区相比，我们还有不小的差距。有的部门办事流程还不够优化，有的干部服务意识还不够强，有的政策还停留在纸面上。
"""
_SPEECH_END = """
下一步，要重点抓好三件事。一是抓流程再造，凡是能合并的环节一律合并，凡是能网上办的事项一律网上办。二是抓政策落实，建立惠企政策清单，做到精准推送、免申即享。三是抓作风转变，深入企业、深入车间，面对面听取意见，实打实解决问题。
同志们，营商环境没有最好，只有更好。让我们以更加昂扬的姿态、更加务实的作风，为建设富裕美丽幸福新云岭而努力奋斗！
"""
_DELETED = "其中云岭经开区北片三家企业拟于年内关停，职工安置方案已报市里，暂不对外。"
_COMMENT = "老庾：这段数字统计局还没有核，先按去年口径写，领导讲完再改。"
_UNSEEN = f"联系人闵栖禾，手机{phone(6612)}，稿费打入本人卡。"


def _speech() -> bytes:
    paper = _word.Paper(_SPEECH)
    paragraph = paper.write_paragraph(BODY, "这些问题，必须引起我们高度重视，")
    _word.track(paragraph, deleted=_DELETED, inserted="采取有力措施认真加以解决。", author="庾长岭")
    paper.write_draft(_SPEECH_END)
    noted = paper.docx.paragraphs[4]
    _word.comment(paper, noted.runs, _COMMENT, "阮知秋")
    unseen = noted.add_run(_UNSEEN)
    unseen.font.hidden = True
    properties = paper.docx.core_properties
    properties.author, properties.last_modified_by = "闵栖禾", "庾长岭"
    return paper.bytes()


_BRIEF = """
!工 作 简 报
№第12期　　　云岭市政务服务中心编　　　2031年5月12日
#“一件事一次办”改革取得新进展
今年以来，市政务服务中心聚焦群众和企业关切，深入推进“一件事一次办”改革，取得积极成效。
一是梳理清单。围绕个人出生、入学、就业、退休和企业开办、变更、注销等阶段，梳理集成服务事项四十二项，逐项编制办事指南，在政务服务网公布。
二是优化流程。将多个部门的申请表合并为一张表，申请材料平均减少六成，办理环节平均减少五个，跑动次数平均减少四次。
三是延伸服务。在全市一百二十个乡镇（街道）设立综合窗口，为老年人、残疾人提供帮办代办和上门服务。开设周末“不打烊”窗口，方便上班族办事。
"""
_BRIEF_OLD = f"四是总结典型。东湖区居民廉问渠（身份证号{identity_number('19790315', 61)}）多次来访，经做工作已息访。"
_BRIEF_NEW = "四是总结典型。各窗口推选“服务之星”二十名，他们的事迹在政务大厅电子屏展播。"
_BRIEF_END = """
下一步，中心将继续听取群众意见，推动更多事项“一次办”“就近办”“掌上办”，让数据多跑路、群众少跑腿。
_报：市政府办公室　　　送：各县（区）政务服务中心
"""
_WHITE = f"投稿人联系电话{phone(7720)}"


def _brief() -> bytes:
    paper = _pdf.Paper(0.92).write_draft(_BRIEF)
    content, start, y = paper.pages[1].contents, len(paper.pages[1].contents), paper.get_y()
    paper.write_paragraph(BODY, _BRIEF_NEW)
    new = bytes(content[start:])
    del content[start:]
    paper.set_y(y)
    paper.write_paragraph(BODY, _BRIEF_OLD)
    old = bytes(content[start:])
    paper.write_draft(_BRIEF_END)
    paper.write_paragraph(BODY._replace(colour=(255, 255, 255), size=10), _WHITE)
    paper.text_annotation(150, 95, "这一段请中心主任再看，内部事项 注意保管，不要放到网上。", title="仝守田", w=6, h=6)
    paper.set_author("仝守田")
    paper.set_title("简报第12期（送审稿）")
    paper.set_keywords(f"联系人手机{phone(7721)}")
    return _pdf.saved_again(paper, old, new)


DRAFTS = (
    Draft(
        file="c18a-speech-tracked-changes.docx",
        title="在全市营商环境优化提升推进会上的讲话",
        genre="讲话",
        shows="修订删除、批注、隐藏文字和修改人姓名都还在文件里",
        build=_speech,
        pattern="C18",
        must=(
            Must("hidden_content", "修订删除", _DELETED),
            Must("hidden_content", "批注", _COMMENT),
            Must("hidden_content", "隐藏", _UNSEEN),
            Must("pii_contact", "隐藏", phone(6612)),
            Must("hidden_content", "", "庾长岭"),
        ),
        must_not=("state_secret_mark", "state_secret_mark_variant", *NOTES, "pii_id_number"),
        at_least="BLOCK",
        at_most="BLOCK",
    ),
    Draft(
        file="c18b-brief-layers.pdf",
        title="工作简报第12期：“一件事一次办”改革取得新进展",
        genre="简报",
        shows="注释、元数据、白色字，以及增量保存前的旧版本",
        build=_brief,
        pattern="C18",
        must=(
            Must("hidden_content", "注释", ""),
            Must("work_secret_mark", "注释", "内部事项 注意保管"),
            Must("hidden_content", "第1页", _WHITE),
            Must("pii_contact", "第1页", phone(7720)),
            Must("pii_contact", "", phone(7721)),
            Must("hidden_content", "历史版本", ""),
            Must("pii_id_number", "历史版本", identity_number("19790315", 61)),
        ),
        must_not=("state_secret_mark", "state_secret_mark_variant", "pii_list_bulk"),
        at_least="BLOCK",
        at_most="BLOCK",
    ),
)
