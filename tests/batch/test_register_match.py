"""A hundred published pages against a register with planted deviations: every one named, none invented."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from screening.batch.item import Item
from screening.batch.judge import JudgeSettings
from screening.batch.ledger import Ledger
from screening.batch.register_match import Approval, Register, deviations, load
from screening.batch.shingles import shingles_of
from screening.checker import Screener
from screening.domain.errors import SettingsError
from screening.domain.scan import Deviation
from tests.batch.scanning import judge, judging, now, settings_in

TODAY = dt.date(2031, 5, 6)
HOST = "http://www.yunling.example"


def lines(number: int) -> list[str]:
    """What was approved."""
    return [
        f"第{number}次读书会在槐树巷社区举行",
        f"五月{number}日，槐树巷社区第{number}次读书会在社区书屋举行，居民围坐一起交流。",
        f"下一次读书会定于六月{number}日，仍在社区书屋，欢迎带上一本书参加。",
    ]


def page(number: int, texts: list[str]) -> Item:
    """How the site shows it: with navigation, a byline and buttons around."""
    body = "".join(f"<p>{text}</p>" for text in texts[1:])
    data = (
        f'<html><head><meta charset="utf-8"><title>{texts[0]}-云岭市政府网</title></head><body><ul><li>首页</li></ul>'
        f"<h1>{texts[0]}</h1><p>发布时间：2031-05-{number % 28 + 1:02} 来源：市教育局 浏览次数：{number}</p>{body}"
        "<p>【打印】【关闭】</p></body></html>"
    )
    return Item(f"{HOST}/t{number}.html", f"t{number}.html", data.encode())


def row(number: int, **more: str) -> dict[str, str]:
    """A row of the export."""
    text = "\n".join(lines(number))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"number": f"2031-{number:04}", "title": lines(number)[0], "sha256": digest, "channel": "单位网站",
            "valid_from": "2031-01-01", "valid_to": "2031-12-31", "state": "已发布", "url": f"{HOST}/t{number}.html",
            "file": f"approved/{number}.txt", "department": "教育科"} | more  # fmt: skip


PLANTED = {
    "unapproved": (7, 8, 9),
    "text_differs": (17, 18, 19, 20),
    "expired": (27, 28),
    "recalled": (37, 38),
    "not_yet": (47,),
    "other_channel": (57,),
    "not_found": (201, 202),
}


def published() -> list[Item]:
    """One hundred pages, with the planted differences in their text."""
    pages = []
    for number in range(100):
        texts = lines(number)
        if number == 17:
            texts[1] = texts[1].replace("围坐", "站坐")  # one character
        elif number == 18:
            texts = texts[:2]  # a paragraph is missing
        elif number == 19:
            texts.append("另据了解，东湖水厂二期的加压泵站设在槐树巷地下三层，夜间由两名值班员看守。")  # one is added
        elif number == 20:
            texts[2] = texts[2].replace("六月20日", "七月2日")
        pages.append(page(number, texts))
    return pages


def rows() -> Iterator[dict[str, str]]:
    """The register, with its own planted differences."""
    for number in range(100):
        if number in (7, 8):
            continue
        more = {"state": "审签中"} if number == 9 else {}
        more |= {"valid_to": "2031-05-05"} if number in (27, 28) else {}
        more |= {"valid_from": "2031-05-07"} if number == 47 else {}
        more |= {"recalled_at": "2031-04-01"} if number == 37 else {"state": "已撤回"} if number == 38 else {}
        more |= {"channel": "公开报刊广播电视"} if number == 57 else {}
        more |= {"url": ""} if number in (60, 61) else {}  # found by their title
        more |= {"title": "另一个题目"} if number == 62 else {}  # found by their address
        more |= {"file": ""} if number == 63 else {}  # nothing to compare: nothing is said
        yield row(number, **more)
    yield row(201)
    yield row(202, url="")
    yield row(203, state="已撤稿")
    yield row(204, channel="政务新媒体")
    yield row(205, valid_to="2031-05-01")
    yield row(206, state="已批准")  # not published yet


@pytest.fixture(scope="module")
def how(tmp_path_factory: pytest.TempPathFactory) -> JudgeSettings:
    """Settings with a key of their own."""
    return judging(settings_in(tmp_path_factory.mktemp("register")))


def exported(folder: Path, as_lines: bool) -> Path:
    """The export with the approved files beside it."""
    (folder / "approved").mkdir()
    for number in (*range(100), *range(201, 207)):
        (folder / "approved" / f"{number}.txt").write_text("\n".join(lines(number)), encoding="utf-8")
    path = folder / ("register.jsonl" if as_lines else "register.json")
    text = "\n".join(json.dumps(one, ensure_ascii=False) for one in rows())
    path.write_text(text if as_lines else json.dumps({"items": list(rows()), "next": None}), encoding="utf-8")
    return path


@pytest.mark.parametrize("as_lines", [True, False])
def test_every_deviation_is_named_and_none_invented(tmp_path: Path, how: JudgeSettings, as_lines: bool) -> None:
    """By number and by address."""
    path = exported(tmp_path, as_lines)
    ledger = Ledger(tmp_path / "ledger.db", now)
    run = ledger.begin("s", "v", {})
    for one in published():
        run.store(one, judge(one, how))
    menu = "".join(f"<li><a href='t{at}.html'>第{at}次</a></li>" for at in range(30))
    menu_page = Item(f"{HOST}/", "index.html", f"<html><meta charset=utf-8><ul>{menu}</ul></html>".encode())
    run.store(menu_page, judge(menu_page, how))
    run.flush()
    with Screener(how.settings) as screener:
        approvals = load(path, lambda file: (frozenset(shingles_of(screener.read(file).blocks, screener.key)), True))
    register = Register(approvals, frozenset({"website", "单位网站"}), TODAY)
    hashes = {location: found for location, _, found in ledger.shingles("s")}
    found, owners = deviations(register, ledger.entries("s"), hashes)
    ledger.close()
    assert {(one.kind, _number(one)) for one in found} == {
        (kind, number) for kind, numbers in PLANTED.items() for number in numbers
    }
    assert all(one.label and one.advice and one.detail for one in found)
    assert owners[f"{HOST}/t1.html"] == "教育科"


def _number(one: Deviation) -> int:
    """Of the page, or of the approval where there is no page."""
    return int(one.number[5:] if one.number else one.location.rsplit("/t")[-1].removesuffix(".html"))


def test_a_file_is_compared_by_its_digests(tmp_path: Path, how: JudgeSettings) -> None:
    """The same bytes, the same text, another file."""
    ledger = Ledger(tmp_path / "ledger.db", now)
    run = ledger.begin("s", "v", {})
    one = Item(f"{HOST}/list.txt", "list.txt", "槐树巷社区读书会安排表".encode())
    answer = judge(one, how)
    run.store(one, answer)
    run.flush()
    approval = Approval("2031-0001", "安排表", sha256=answer.sha256)

    def kinds(*approvals: Approval) -> list[str]:
        found, _ = deviations(Register(approvals, frozenset({"website"}), TODAY), ledger.entries("s"), {})
        return [deviation.kind for deviation in found]

    assert kinds(approval) == []
    assert kinds(replace(approval, sha256="0" * 64, text_sha256=answer.text_sha256)) == []
    assert kinds(replace(approval, sha256="0" * 64, url=one.location)) == ["text_differs"]
    assert kinds(replace(approval, sha256="0" * 64)) == ["unapproved", "not_found"]
    ledger.close()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有登记编号|不是登记簿|^$"),
        ("not json", "不是登记簿导出"),
        ('[{"title": "没有编号"}]', "没有登记编号"),
        ('[{"number": "1", "state": "别的"}]', "状态"),
        ('[{"number": "1", "valid_to": "明年"}]', "valid_to"),
        ('[{"number": "1", "file": "../../etc/passwd"}]', "不在登记簿导出所在的文件夹内"),
        ('{"items": [], "next": "2031-0100"}', "只导出了一页"),
    ],
)
def test_an_export_that_cannot_be_used_is_told(tmp_path: Path, text: str, words: str) -> None:
    """Names the file, the row and the cure."""
    path = tmp_path / "register.json"
    path.write_text(text, encoding="utf-8")
    if not text:
        assert load(path, lambda _: (frozenset(), True)) == ()
        return
    with pytest.raises(SettingsError, match=words):
        load(path, lambda _: (frozenset(), True))
