"""Inputs of the benchmark: own invented sentences in many combinations, so that nothing borrowed is shipped."""

import io
import itertools
import random
from functools import cache
from importlib.resources import files

from screening.learn.corpora import own
from screening.settings import shipped

_WHO = (
    "云岭市应急管理局",
    "东湖区教育局",
    "宁川省水利厅",
    "市图书馆",
    "高新区管委会",
    "市人民医院",
    "云岭大学课题组",
    "槐树巷社区",
)
_DID = ("召开了", "部署了", "启动了", "公布了", "检查了", "总结了", "发布了", "举办了", "推进了", "完成了")
_WHAT = (
    "今年的防汛演练工作",
    "秋季招生的各项准备",
    "老旧小区改造工程的进度",
    "全民阅读活动的安排",
    "农村饮水安全提升项目",
    "网络安全和保密知识培训",
    "冬季供暖的保障方案",
    "食品安全专项检查的情况",
    "文化惠民演出的时间表",
    "道路绿化养护的招标结果",
)
_MORE = (
    "与会人员认真听取了汇报并提出建议",
    "共有三百二十余名干部职工参加",
    "咨询电话为0571-12345678",
    "项目总投资约1860万元，预计明年六月竣工",
    "有关负责人表示将进一步做好服务",
    "详情请登录官方网站查询",
    "活动得到了居民的一致好评",
    "下一步将按照计划逐项落实，确保各项任务如期完成",
    "文件编号为云政发〔2031〕6号",
    "志愿者累计服务时长超过4500小时",
)


@cache
def long_text(characters: int, seed: int = 7) -> str:
    """So many characters of news-like text in paragraphs of a few sentences."""
    chosen = random.Random(seed)
    paragraphs: list[str] = []
    size = 0
    while size < characters:
        sentences = [
            f"{chosen.choice(_WHO)}{chosen.choice(_DID)}{chosen.choice(_WHAT)}，{chosen.choice(_MORE)}。"
            for _ in range(chosen.randint(1, 5))
        ]
        paragraphs.append("".join(sentences))
        size += len(paragraphs[-1]) + 1
    return "\n".join(paragraphs)


@cache
def news_text(characters: int) -> str:
    """So many characters of news and web text: the wire batches of our corpus, of a hundred passages 88 ordinary, ten
    that look sensitive, two that are, which gives about as many findings as broadcast news; a few passages to a
    paragraph, over and over."""
    wire = [one for one in own(shipped("models") / "corpus") if one.group in ("b11", "b12", "b13", "b14")]
    plain = [one for one in wire if not one.labels and not one.near]
    close, sensitive = [one for one in wire if not one.labels and one.near], [one for one in wire if one.labels]
    chosen = random.Random(5)
    mixed = plain + chosen.sample(close, len(plain) * 10 // 88) + chosen.sample(sensitive, len(plain) * 2 // 88)
    chosen.shuffle(mixed)
    texts = itertools.cycle([one.text for one in mixed])
    paragraphs: list[str] = []
    size = 0
    while size < characters:
        paragraphs.append("".join(next(texts) for _ in range(chosen.randint(1, 3))))
        size += len(paragraphs[-1]) + 1
    return "\n".join(paragraphs)


@cache
def lexicon_words(count: int) -> list[str]:
    """Terms of four to six characters, made of two words of jieba's dictionary each; few of them occur in the text."""
    import jieba

    lines = jieba.get_dict_file().read().decode("utf-8").splitlines()
    short = [word for word in (line.split(" ")[0] for line in lines) if 2 <= len(word) <= 3 and "一" <= word[0] <= "龥"]
    chosen = random.Random(11)
    found: set[str] = set()
    while len(found) < count:
        found.add(chosen.choice(short) + chosen.choice(short))
    return sorted(found)


@cache
def big_pdf(pages: int = 120) -> bytes:
    """A PDF of pages full of Chinese text, in an embedded font."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    font = files("noto_cjk_sans_otc") / "NotoSansCJK-Regular.ttc"
    pdf.add_font("han", fname=str(font), collection_font_number=2)
    pdf.set_font("han", size=12)
    text = long_text(900 * pages).split("\n")
    for page in range(pages):
        pdf.add_page()
        pdf.multi_cell(130, 7, "\n".join(text[page * 8 : page * 8 + 8]))
    return _readable_by_pdfminer(bytes(pdf.output()))


def _readable_by_pdfminer(data: bytes) -> bytes:
    """The same text with the usual encoding name: pdfminer reads no character through an embedded CMap stream."""
    import pikepdf

    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        for thing in opened.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0":
                thing.Encoding = pikepdf.Name("/Identity-H")
                del thing.DescendantFonts[0].W  # widths by glyph would now be those of other characters
        opened.save(stream)
    return stream.getvalue()


@cache
def big_docx(paragraphs: int = 3_000) -> bytes:
    """A Word file of paragraphs with several runs each, and a table of 300 rows."""
    import docx

    document = docx.Document()
    for line in long_text(110 * paragraphs).split("\n")[:paragraphs]:
        paragraph = document.add_paragraph()
        for at in range(0, len(line), 40):
            paragraph.add_run(line[at : at + 40]).bold = at % 80 == 0
    table = document.add_table(rows=300, cols=4)
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            cell.text = f"第{number}行"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
