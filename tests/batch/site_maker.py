"""A generated site for the scan: pages in three charsets, attachments, traps and planted leaks, from one seed.

`build(...)` makes everything in memory; `serve(...)` serves it on loopback. What was planted is in `Built.planted`.
"""

import html
import random
from collections import Counter
from dataclasses import dataclass, field, replace

from tests.batch import site_files
from tests.batch.site_words import (
    COLUMNS,
    DUTY,
    FOOTER,
    LEAKS,
    NAVIGATION,
    SENTENCES,
    THEMES,
    TITLES,
    TOWNS,
    TRADITIONAL,
)

PLACES = ("text", "table", "docx", "hidden", "xlsx", "alt", "txt", "comment", "csv", "meta", "pdf", "script", "zip")
_PER_LIST = 20
_ATTACHED = frozenset(site_files.KINDS)


@dataclass(frozen=True, slots=True)
class Planted:
    """One leak. location: of the item that holds it, below the host; page: the page that shows or links it."""

    location: str
    page: str
    place: str
    category: str
    passage: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says to a path."""

    body: bytes
    media_type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


@dataclass(slots=True)
class Built:
    """A site without its server: answers by path, leaks, copies of a page that leaks, and how many pages and
    attachments are real."""

    answers: dict[str, Answer] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)
    copied: list[Planted] = field(default_factory=list)
    pages: int = 0
    attachments: int = 0
    on_duty: int = 0  # pages whose footer holds DUTY
    hits: Counter[str] = field(default_factory=Counter)


def build(pages: int = 3_000, attachments: int = 300, leaks: int = 40, seed: int = 7) -> Built:
    """The whole site. A small one: build(200, 20, 12)."""
    maker = _Maker(random.Random(seed), Built())
    maker.articles(pages, attachments, leaks)
    maker.lists()
    maker.front()
    maker.maps()
    maker.oddities()
    maker.built.on_duty = sum(path.startswith("/xwzx/") for path in maker.built.answers)
    maker.built.pages = sum(answer.media_type.startswith("text/html") for answer in maker.built.answers.values())
    return maker.built


class _Maker:
    """Makes one part of the site after the other."""

    def __init__(self, rnd: random.Random, built: Built) -> None:
        self.random, self.built = rnd, built
        self.by_column: dict[str, list[tuple[str, str]]] = {folder: [] for folder, _, _ in COLUMNS}

    def articles(self, pages: int, attachments: int, leaks: int) -> None:
        """Articles, of which some hold a leak and some have a file."""
        leaking = dict(
            zip(self._spread(pages, leaks), zip(self._places(), self._leaks(leaks), strict=False), strict=False)
        )
        filed = set(self._spread(pages, max(0, attachments), offset=1))
        for number in range(pages):
            column = COLUMNS[number % len(COLUMNS)]
            place, leak = leaking.get(number, ("", ("", "")))
            if place:  # leaks of simplified letters need a page that can hold them
                column = COLUMNS[number % 2] if number % 3 == 2 else column
            self._article(number, column, place, leak, wants_file=number in filed)

    def _leaks(self, count: int) -> list[tuple[str, str]]:
        """As many categories as can be."""
        return [LEAKS[index * len(LEAKS) // count] for index in range(count)]

    def _places(self) -> list[str]:
        return [PLACES[number % len(PLACES)] for number in range(len(LEAKS))]

    def _spread(self, total: int, count: int, offset: int = 0) -> list[int]:
        return [min(total - 1, offset + index * total // count) for index in range(count)] if count else []

    def _article(
        self, number: int, column: tuple[str, str, str], place: str, leak: tuple[str, str], *, wants_file: bool
    ) -> None:
        folder, _, charset = column
        day = f"2031年{number % 12 + 1}月{number % 28 + 1}日"
        title, lines = self._words(number, day)
        path = f"/{folder}/2031{number % 12 + 1:02}/t2031{number % 12 + 1:02}{number % 28 + 1:02}_{number:06}.html"
        category, passage = leak
        files = ""
        if place in _ATTACHED:
            files = self._file(number, place, title, [*lines[:2], passage])
            location = f"/files/2031/{number:06}.{place}" + ("!/正文.txt" if place == "zip" else "")
            self.built.planted.append(Planted(location, path, place, category, passage))
        elif wants_file:
            kind = site_files.KINDS[number % len(site_files.KINDS)]
            files = self._file(number, kind, title, lines)
        if place and place not in _ATTACHED:
            self.built.planted.append(Planted(path, path, place, category, passage))
        shown = place if place not in _ATTACHED else ""
        body = _page(title, column, day, lines, files, _placed(shown, passage))
        self._put(path, body, charset)
        self.by_column[folder].append((path, title))

    def _words(self, number: int, day: str) -> tuple[str, list[str]]:
        pick = self.random.choice
        town, theme = pick(TOWNS), pick(THEMES)
        values = {
            "day": day, "town": town, "theme": theme, "number": number, "year": 2030, "rise": self.random.randint(1, 8),
            "line": f"{number % 1000:03}",
        }  # fmt: skip
        some = [sentence.format(**values) for sentence in self.random.sample(SENTENCES[1:], 6)]
        return pick(TITLES).format(**values), [SENTENCES[0].format(**values), *some]

    def _file(self, number: int, kind: str, title: str, lines: list[str]) -> str:
        path = f"/files/2031/{number:06}.{kind}"
        stamp = ("ETag", f'"{number:x}"'), ("Last-Modified", "Wed, 01 Jan 2031 00:00:00 GMT")
        self.built.answers[path] = Answer(site_files.make(kind, title, lines), _MEDIA[kind], stamp)
        self.built.attachments += 1
        return f'<p>附件：</p><p><a href="{path}">{html.escape(title)}</a></p>'

    def lists(self) -> None:
        """Pages of links, a chain by "next page" only."""
        for folder, name, charset in COLUMNS:
            found = self.by_column[folder]
            for start in range(0, len(found) or 1, _PER_LIST):
                number = start // _PER_LIST
                path = f"/{folder}/index.html" if not number else f"/{folder}/index_{number}.html"
                rows = "".join(
                    f'<li><a href="{at}">{html.escape(words)}</a></li>' for at, words in self._listed(found, start)
                )
                following = f'<a href="index_{number + 1}.html">下一页</a>' if start + _PER_LIST < len(found) else ""
                body = _frame(f"{name}列表第{number + 1}页", name, charset, f"<ul>{rows}</ul>{following}")
                self._put(path, body, charset)

    def _listed(self, found: list[tuple[str, str]], start: int) -> list[tuple[str, str]]:
        """Every fiftieth article is in the sitemap only."""
        return [entry for index, entry in enumerate(found[start : start + _PER_LIST], start) if index % 50 != 49]

    def front(self) -> None:
        """The home page: columns, traps, everything that goes wrong."""
        links = "".join(
            f'<a href="/{folder}/index.html;jsessionid=A{folder}">{name}</a> ' for folder, name, _ in COLUMNS
        )
        odd = "".join(f'<a href="{path}">{words}</a> ' for path, words in _ODD)
        body = _frame("云岭市人民政府门户网站", "", "utf-8", f"<div>{links}</div><div>{odd}</div>")
        self._put("/", body, "utf-8")

    def maps(self) -> None:
        """robots.txt, an index of sitemaps, one of them packed."""
        self.built.answers["/robots.txt"] = Answer(
            b"User-agent: *\nDisallow: /private/\nSitemap: /maps/index.xml\n", "text/plain"
        )
        parts = []
        for folder, _, _ in COLUMNS:
            entries = "".join(f"<url><loc>{{host}}{path}</loc></url>" for path, _ in self.by_column[folder])
            body = (
                f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
            )
            suffix = ".xml.gz" if folder == "gzhd" else ".xml"
            parts.append(f"<sitemap><loc>{{host}}/maps/{folder}{suffix}</loc></sitemap>")
            self.built.answers[f"/maps/{folder}{suffix}"] = Answer(body.encode(), "application/xml")
        index = f'<?xml version="1.0"?><sitemapindex>{"".join(parts)}</sitemapindex>'
        self.built.answers["/maps/index.xml"] = Answer(index.encode(), "application/xml")

    def oddities(self) -> None:
        """Copies of a page without and of one with a leak, and a page that robots.txt keeps away."""
        leaking = {planted.page for planted in self.built.planted}
        first = next(path for path, _ in self.by_column["zwgk"] if path not in leaking)
        original = self.built.answers[first]
        for number in range(5):
            self.built.answers[f"/copy/{number}.html"] = original
        leak = next(planted for planted in self.built.planted if planted.location == planted.page)
        for name in ("a", "b"):
            path = f"/copy/{name}.html"
            self.built.answers[path] = self.built.answers[leak.page]
            self.built.copied.append(replace(leak, location=path, page=path))
        self._put("/private/1.html", _frame("不对外", "", "utf-8", "<p>这一页不让爬虫来。</p>"), "utf-8")

    def _put(self, path: str, body: str, charset: str) -> None:
        self.built.answers[path] = Answer(
            _encoded(body, charset), "text/html" if charset != "big5" else "text/html; charset=big5"
        )


_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/octet-stream",
    "txt": "text/plain",
    "csv": "text/csv",
    "zip": "application/zip",
    "pdf": "application/pdf",
}
_ODD = (
    ("/rili/2031/05.html", "日历"),
    ("/search?word=%E9%80%9A%E7%9F%A5&amp;page=1", "检索"),
    ("/loop/a", "循环跳转"),
    ("/jump/1", "无尽跳转"),
    ("/error500", "出错"),
    ("/gone.html", "不存在"),
    ("/slow.html", "很慢"),
    ("/huge.pdf", "巨大"),
    ("/short.txt", "不完整"),
    ("/deep/page.html", "相对链接"),
    ("/copy/0.html", "副本一"),
    ("/copy/1.html", "副本二"),
    ("/copy/2.html?utm_source=home", "副本三"),
    ("/copy/a.html", "副本四"),
    ("/copy/b.html", "副本五"),
    ("/private/1.html", "不对外"),
    ("/metadata", "跳到内网"),
    ("http://other.example/", "别的网站"),
    ("/go?to=1", "跳转到首页"),
    ("javascript:void(0)", "脚本"),
    ("mailto:office@yunling.example", "邮箱"),
)


def _frame(title: str, column: str, charset: str, inside: str, head: str = "", trail: str = "") -> str:
    meta = f'<meta charset="{charset}">' if charset != "big5" else ""
    home = next((f"/{folder}/index.html" for folder, name, _ in COLUMNS if name == column), "/")
    crumbs = (
        f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="{home}">{column}</a></div>' if column else ""
    )
    links = "".join(f'<li><a href="/">{name}</a></li>' for name in NAVIGATION)
    return (
        f"<!DOCTYPE html><html><head>{meta}<title>{html.escape(title)}</title>{head}</head><body>"
        f'<div class="nav">{links}</div>{crumbs}{inside}{trail}<div class="footer">{FOOTER}</div>'
        f"{f'<div>{DUTY}</div>' if column == '新闻中心' else ''}</body></html>"
    )


def _page(
    title: str, column: tuple[str, str, str], day: str, lines: list[str], files: str, leak: tuple[str, str]
) -> str:
    _, name, charset = column
    head, inside = leak
    article = "".join(f"<p>{line}</p>" for line in lines)
    body = f"<h1>{html.escape(title)}</h1><p>发布日期：{day}</p>{article}{inside}{files}"
    return _frame(title, name, charset, body, head)


def _placed(place: str, passage: str) -> tuple[str, str]:
    """(head, body) with the passage in this place of a page."""
    words = html.escape(passage)
    return {
        "": ("", ""),
        "text": ("", f"<p>{words}</p>"),
        "table": ("", f"<table><tr><th>序号</th><th>情况</th></tr><tr><td>1</td><td>{words}</td></tr></table>"),
        "hidden": ("", f'<div style="display:none">{words}</div>'),
        "alt": ("", f'<img src="/static/photo.svg" alt="{words}">'),
        "comment": ("", f"<!-- {words} -->"),
        "meta": (f'<meta name="description" content="{words}">', ""),
        "script": ("", f'<script>var data = {{"note": "{words}"}};</script>'),
    }[place]


def _encoded(body: str, charset: str) -> bytes:
    if charset != "big5":
        return body.encode(charset)
    return traditional(body).encode("big5", "xmlcharrefreplace")


def traditional(text: str) -> str:
    """Simplified letters as Hong Kong and Taiwan write them."""
    return text.translate(_letters())


def _letters() -> dict[int, str]:
    global _LETTERS  # noqa: PLW0603 - made once, on demand
    if not _LETTERS:
        import opencc

        converter = opencc.OpenCC("s2t")
        everything = "".join(
            [*SENTENCES, *TOWNS, *THEMES, *TITLES, *NAVIGATION, FOOTER, *(name for _, name, _ in COLUMNS)]
        )
        everything += "当前位置首页举办第期发布日附件下载一列表序号情况" + "".join(TRADITIONAL)
        _LETTERS = {ord(letter): converter.convert(letter) for letter in set(everything)}
    return _LETTERS


_LETTERS: dict[int, str] = {}
