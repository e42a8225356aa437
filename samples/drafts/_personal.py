"""Drafts that tell too much of people: lists, cases of one person, bars that hide nothing. Nobody in them exists."""

import _pdf
import _word
from _draft import MARKS, NOTES, PERSONAL, Draft, Must
from _people import NAMES, card, identity_number, phone

_SUBSIDY = """
!云岭市农业农村局
#2031年耕地地力保护补贴发放公示
根据《云岭市2031年耕地地力保护补贴实施方案》，经个人申报、村组登记、乡镇审核、县级复核，现将东湖区柳溪镇第三批补贴对象和发放金额予以公示。公示期自2031年6月3日至6月9日。公示期内，如对公示内容有异议，请以书面或者口头形式向柳溪镇农业服务中心反映，反映情况应当实事求是、客观公正。补贴资金于公示期满后十个工作日内，通过惠民惠农“一卡通”打入补贴对象账户。
补贴标准为每亩每年95元，面积以农村土地承包经营权确权登记面积为准。已经改变用途、长期撂荒的耕地不予补贴。
"""
_SUBSIDY_END = """
监督电话：0199-8620017，受理时间为工作日8时30分至17时。
>云岭市农业农村局
>2031年6月3日
"""


def _subsidy() -> bytes:
    paper = _word.Paper(_SUBSIDY)
    rows = [("序号", "姓名", "身份证号", "银行卡号", "面积（亩）", "金额（元）")]
    for number, name in enumerate(NAMES[:12], 1):
        birth = f"{1951 + number * 3 % 40}{number:02d}{(number * 7) % 27 + 1:02d}"
        area = 2 + number * 7 % 9
        rows.append(
            (str(number), name, identity_number(birth, 100 + number), card(number), f"{area}.0", str(area * 95))
        )
    paper.table(rows, (11, 18, 43, 43, 20, 21), size=9)
    return paper.write_draft(_SUBSIDY_END).bytes()


_AGED = """
!云岭市东湖区民政局
#东湖区2031年第二季度高龄津贴发放名单公示
为弘扬尊老敬老的传统美德，根据《东湖区高龄津贴发放办法》，凡具有本区户籍、年满八十周岁的老年人，由本人或者家属向社区提出申请，经街道审核、区民政局复核后，按月发放高龄津贴。现将2031年第二季度新增人员名单公示如下，公示期七天。如有异议，请向区民政局养老服务科反映。
"""
_AGED_END = """
区民政局将会同财政部门对津贴发放情况进行抽查，发现虚报冒领的，依法追回并取消资格。欢迎社会各界监督，共同把这项惠及老年人的好事办好。
津贴从批准的次月起发放。户籍迁出本区的，从迁出的次月起停发。家属应当及时向社区报告有关变动情况。
咨询电话：0199-8630022
>东湖区民政局
>2031年7月2日
"""


def _aged() -> bytes:
    paper = _pdf.Paper(0.82).write_draft(_AGED)
    rows = [("序号", "姓名", "身份证号", "联系电话", "月津贴（元）")]
    for number, name in enumerate(reversed(NAMES[:14]), 1):
        birth = f"{1938 + number % 13}{number % 12 + 1:02d}{(number * 5) % 27 + 1:02d}"
        rows.append((str(number), name, identity_number(birth, 300 + number), phone(100 + number), "120"))
    paper.ruled_table(rows, (13, 24, 52, 36, 28))
    return paper.write_draft(_AGED_END).bytes()


_RULING_ID = identity_number("19840612", 45)
_RULING_HOME = "云岭市东湖区槐树巷9号2单元301室"
_RULING = f"""
!云岭市东湖区城市管理局
#行政处罚决定书
~东湖城管罚决字〔2031〕57号
@当事人：庾长岭
公民身份号码：{_RULING_ID}
住址：{_RULING_HOME}
2031年3月18日，本局执法人员在巡查中发现，当事人在东湖区文昌路临街一侧搭建铁皮棚一处，用于堆放装修材料，未取得建设工程规划许可手续。执法人员当场制作现场检查笔录，拍摄照片六张，并向当事人送达责令改正通知书，要求其于3月25日前自行拆除。期满复查，当事人未予拆除。
上述事实，有现场检查笔录、照片、询问笔录、规划部门复函等证据证明。本局于4月2日依法告知当事人拟作出处罚的内容及事实、理由、依据，当事人在规定期限内未提出陈述、申辩，也未要求听证。
本局认为，当事人的行为违反了《云岭市城市管理条例》第二十一条的规定。鉴于当事人系初次违法，占用面积较小，未造成严重后果，决定责令其限期拆除，并处罚款人民币五百元。
当事人应当自收到本决定书之日起十五日内缴纳罚款。如不服本决定，可以在六十日内向东湖区人民政府申请行政复议，也可以在六个月内向人民法院提起行政诉讼。
（本文书经隐去个人信息后，在区政府网站公开。）
>东湖区城市管理局
>2031年4月20日
"""


_STORY = f"""
#二十年风雨送信路
~通讯员　臧满仓
凌晨五点半，槐荫县柳溪镇的街道还笼罩在薄雾里，乡邮员揭石磊已经把当天的报纸和包裹装上车。从镇上到最远的竹坪村，来回六十多公里，这条路他一走就是二十年。
“山里老人多，年轻人在外面打工，一封信、一个包裹，就是一家人的牵挂。”揭石磊说。起初是步行，后来骑自行车、摩托车，前年他自己贷款买了一辆面包车，车牌号云A·7K205，跑起山路来快多了。
竹坪村的独居老人逄春垄今年八十一岁，儿女都在外地。揭石磊每次进村，都要到老人家里坐一坐，捎些米面和常用药。老人逢人便说：“小揭比亲儿子还亲。”去年冬天大雪封山，他踏着没过膝盖的积雪，把药送到老人手上，回到镇上已是深夜。
为了方便村民，他把自己的手机号{phone(8000)}写在每家每户的门上，代买、代缴、代寄，有求必应。谁家要寄山货，打个电话，他就上门来取。镇上的人也都知道，要找老揭，晚上到云岭市槐荫县柳溪镇邮电巷17号1单元402室，灯总是亮着的。
二十年里，揭石磊换了三辆摩托车、十几双胶鞋，投递的邮件超过五十万件，没有丢失过一件。今年“五一”前夕，他被评为全市“最美乡邮员”。领奖回来的第二天，他又出现在那条熟悉的山路上。
热心读者如愿资助竹坪村小学图书角，可与揭石磊本人联系，邮箱 jieshilei2031@example.com。
"""

DRAFTS = (
    Draft(
        file="c16a-subsidy-list.docx",
        title="2031年耕地地力保护补贴发放公示",
        genre="公示",
        shows="表格列出12人的完整身份证号、银行卡号和金额",
        build=_subsidy,
        pattern="C16",
        must=(
            Must("pii_list_bulk", "表", ""),
            Must("pii_id_number", "表", "110199"),
            Must("pii_financial", "表", "622202"),
        ),
        must_not=(*MARKS, *NOTES),
        at_least="BLOCK",
        at_most="BLOCK",
    ),
    Draft(
        file="c16b-allowance-list.pdf",
        title="东湖区2031年第二季度高龄津贴发放名单公示",
        genre="公示",
        shows="PDF有框线的表格列出14人的完整身份证号和手机号",
        build=_aged,
        pattern="C16",
        must=(
            Must("pii_list_bulk", "第1页", ""),
            Must("pii_id_number", "第1页", "110199"),
            Must("pii_contact", "第1页", "1380013"),
        ),
        must_not=(*MARKS, *NOTES),
        at_least="BLOCK",
        at_most="BLOCK",
    ),
    Draft(
        file="c17-black-bars.pdf",
        title="行政处罚决定书（隐去个人信息）",
        genre="执法文书",
        shows="黑块盖住证件号和住址，文字仍可复制",
        build=lambda: _pdf.with_black_bars(_RULING, 0.88, (_RULING_ID, _RULING_HOME)),
        pattern="C17",
        must=(
            Must("failed_redaction", "第1页", _RULING_ID),
            Must("failed_redaction", "第1页", _RULING_HOME),
            Must("pii_id_number", "第1页", _RULING_ID),
            Must("pii_contact", "第1页", "9号2单元301室"),
        ),
        must_not=(*MARKS, *NOTES, "pii_list_bulk"),
        at_least="BLOCK",
        at_most="BLOCK",
    ),
    Draft(
        file="personal-postman-story.docx",
        title="二十年风雨送信路",
        genre="人物通讯",
        shows="文中写出手机号、门牌室号、车牌、个人邮箱",
        build=lambda: _word.Paper(_STORY).bytes(),
        pattern="民法典1034、永安通报",
        must=(
            Must("pii_contact", "段", phone(8000)),
            Must("pii_contact", "段", "17号1单元402室"),
            Must("pii_contact", "段", "云A·7K205"),
            Must("pii_contact", "段", "jieshilei2031@example.com"),
        ),
        must_not=(*MARKS, *NOTES, *PERSONAL[2:], "pii_id_number"),
        at_least="REDACT",
        at_most="BLOCK",
    ),
)
