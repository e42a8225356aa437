"""Addresses in one form, links made whole, traps told by their shape; sitemaps and charsets of Chinese pages."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.batch.canonical import canonical, first_segment, join, loops, pattern, shape, suffix_of
from screening.batch.charset import head, text_of
from screening.batch.markup import facts
from screening.batch.sitemaps import entries, is_sitemap, named_in_robots


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("HTTP://WWW.Yunling.Example:80/a/../b/./c.html#top", "http://www.yunling.example/b/c.html"),
        ("https://yunling.example:443", "https://yunling.example/"),
        ("http://yunling.example:8080/x", "http://yunling.example:8080/x"),
        ("http://yunling.example/%7euser/%e4%ba%91/", "http://yunling.example/~user/%E4%BA%91/"),
        ("http://yunling.example/a/%2e%2e/b", "http://yunling.example/b"),
        ("http://yunling.example//a///b", "http://yunling.example/a/b"),
        ("http://yunling.example/zwgk/index.html", "http://yunling.example/zwgk/"),
        ("http://yunling.example/zwgk/INDEX.html", "http://yunling.example/zwgk/"),
        ("http://yunling.example/zwgk/Default.aspx", "http://yunling.example/zwgk/"),
        ("http://yunling.example/index.php?id=3", "http://yunling.example/index.php?id=3"),
        ("http://yunling.example/a;jsessionid=0A1B2C?id=1", "http://yunling.example/a?id=1"),
        ("http://yunling.example/(S(lit3py55t21z5v55vlm25s55))/a.aspx", "http://yunling.example/a.aspx"),
        ("http://yunling.example/a?utm_source=x&spm=1.2&id=5&_t=9", "http://yunling.example/a?id=5"),
        ("http://yunling.example/a?b=2&a=1", "http://yunling.example/a?a=1&b=2"),
        ("http://yunling.example/a?t=1700000000123", "http://yunling.example/a"),
        ("http://yunling.example/a?t=5&sid=12", "http://yunling.example/a?sid=12&t=5"),
        ("http://yunling.example/a?PHPSESSID=abc", "http://yunling.example/a"),
    ],
)
def test_what_changes_nothing_is_left_out(written: str, known: str) -> None:
    """Case, ports, dots, encoding, fragments, trackers and sessions; ids stay."""
    assert canonical(written) == known


@settings(deadline=None)
@given(st.text(alphabet="abAB012/.%~;?&=_-+云", max_size=40))
def test_the_canonical_form_is_its_own(path: str) -> None:
    """Once is enough."""
    url = join("http://yunling.example/", f"/{path}")
    if url:
        assert canonical(canonical(url)) == canonical(url)


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("b.html", "http://yunling.example/a/b.html"),
        (" ../附件\\名单 1.doc\n", "http://yunling.example/%E9%99%84%E4%BB%B6/%E5%90%8D%E5%8D%95%201.doc"),
        ("?q=通知", "http://yunling.example/a/x.html?q=%CD%A8%D6%AA"),
        ("//other.example/x", "http://other.example/x"),
        ("/100%", "http://yunling.example/100%25"),
        ("javascript:void(0)", ""),
        ("mailto:a@b.example", ""),
        ("data:text/html,x", ""),
        ("http://[broken", ""),
    ],
)
def test_a_link_is_made_whole_as_browsers_do(link: str, whole: str) -> None:
    """The path in UTF-8, the query in the charset of the page; what leads to no page is nothing."""
    assert join("http://yunling.example/a/x.html", link, "gb18030") == whole


def test_pages_of_one_template_have_one_shape() -> None:
    """Numbers and values go, names stay."""
    one, two = (shape(f"http://y.example/rili/20{n}/0{n}.html?day={n}&a=x{n}") for n in (1, 2))
    assert one == two != shape("http://y.example/rili/1.html")
    assert pattern("http://y.example:8080/rili/2031/05.html?day=1") == "http://y.example:8080/rili/*/*.html?*"


def test_loops_and_suffixes_are_seen() -> None:
    """The same part over and over, endless addresses, names with a suffix."""
    assert loops("http://y.example/a/b/a/b/a/b/a/b.html")
    assert loops("http://y.example/" + "x" * 3_000)
    assert not loops("http://y.example/zwgk/2031/05/t1.html")
    assert suffix_of("http://y.example/a.b/名单.DOCX?x=1") == ".docx"
    assert not suffix_of("http://y.example/a.b/c")
    assert first_segment("http://y.example/zwgk/a.html") == "zwgk"


@pytest.mark.parametrize(
    ("charset", "media_type", "meta"),
    [
        ("utf-8", "text/html", ""),
        ("utf-8", "text/html; charset=gbk", "gb2312"),
        ("gbk", "text/html; charset=GB2312", ""),
        ("gb18030", "text/html", "gb2312"),
        ("gbk", "text/html", ""),
        ("big5", "text/html; charset=Big5", ""),
        ("big5", "text/html", "big5"),
        ("big5", "text/html", ""),
        ("utf-16", "text/html", ""),
        ("utf-8-sig", "text/html; charset=big5", ""),
    ],
)
def test_a_page_is_read_in_the_charset_that_it_has(charset: str, media_type: str, meta: str) -> None:
    """By mark, strict UTF-8, header, meta and bytes."""
    words = (
        "雲嶺市公開會議通知：關於國家機關開會時間的說明"
        if charset == "big5"
        else "云岭市关于开会时间的通知，请各单位按时参加"
    )
    page = f'<html><meta charset="{meta}">{words}</html>'
    assert words in text_of(page.encode(charset), media_type)[0]


def test_a_short_gbk_page_that_could_be_utf8_is_gbk_when_the_server_says_so() -> None:
    """The bytes of 同 are also a UTF-8 letter, which no Chinese page holds."""
    assert text_of("同".encode("gbk"), "text/html; charset=gbk")[0] == "同"


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "big5"])
def test_the_head_of_a_page_is_cut_between_letters(charset: str) -> None:
    """A letter cut in two would look like another charset."""
    page = ("<p>會議</p>" * 50).encode(charset)
    for size in range(100, 130):
        assert set(text_of(head(page, size), "")[0]) == set("<p>會議/")


def test_bytes_of_no_charset_cost_nothing() -> None:
    """A page is looked through all the same."""
    assert "a" in text_of(b"a\xff\xff\xff\x80\x80", "text/html; charset=utf-8")[0]


def test_a_page_says_its_title_column_date_and_links() -> None:
    """The standard names of government pages; links in comments, scripts and frames."""
    page = facts(
        '<title>云岭 &amp; 通知</title><meta name="PubDate" content="2031-5-3 09:00"><base href="/base/">'
        '<div>当前位置：<a href="/">首页</a> &gt; <a href=a>政务公开</a> &gt; <a>通知公告</a></div>'
        '<a href="1.html"> 第<b>一</b>页 </a><!-- <a href="旧.doc">旧</a> --><iframe src=f.html></iframe>'
        "<script>var file = '/files/x.xlsx'; window.open('/w.html')</script>"
        '<meta http-equiv="refresh" content="0; url=next.html"><a onclick="location.href=\'/click.html\'">点</a>'
    )
    assert (page.title, page.column, page.published, page.base) == (
        *("云岭 & 通知", "政务公开/通知公告", "2031-05-03T09:00", "/base/"),
    )
    links = dict(page.links)
    assert links["1.html"] == "第一页"
    assert {"旧.doc", "f.html", "/files/x.xlsx", "/w.html", "next.html", "/click.html"} <= set(links)


def test_links_of_a_hostile_page_cost_linear_time() -> None:
    """Half a million open tags."""
    assert facts("<a " * 500_000 + "<meta " * 100_000).links == ()


def test_sitemaps_name_pages_and_further_sitemaps() -> None:
    """Plain, packed, in robots.txt; bombs are nothing."""
    pages = b"<urlset><url><loc> http://y.example/a?x=1&amp;y=2 </loc></url><url><loc><![CDATA[http://y.example/b]]></loc></url></urlset>"
    assert [address for address, _ in entries(gzip.compress(pages))] == [
        "http://y.example/a?x=1&y=2",
        "http://y.example/b",
    ]
    assert list(entries(b"<sitemapindex><sitemap><loc>/m.xml</loc></sitemap></sitemapindex>")) == [("/m.xml", True)]
    assert is_sitemap(pages)
    assert not is_sitemap(b"\x1f\x8bbroken")
    assert not list(entries(gzip.compress(b"<urlset>" + b" " * 70_000_000)))
    assert named_in_robots(b"User-agent: *\nSitemap: /a.xml\r\n sitemap:/b.xml") == ["/a.xml", "/b.xml"]
