"""xianshen scan from the outside: what it prints, what it returns, what it refuses."""

import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.batch.scanning import MASKED, PHONE, html, site

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One key for all, so that fingerprints agree."""
    return tmp_path_factory.mktemp("key") / "scan.key"


def scan(key: Path, *words: object, rc: int) -> tuple[str, str]:
    """What the command says on stdout and on stderr."""
    command = [sys.executable, "-m", "screening.cli.main", "scan", *map(str, words), "--workers", "1", "--no-ocr"]
    environment = {"XIANSHEN_KEY_FILE": str(key), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, check=False, cwd=key.parent)
    assert done.returncode == rc, done.stderr.decode()
    return done.stdout.decode(), done.stderr.decode()


def folder(where: Path, **files: bytes) -> Path:
    """A folder with these files."""
    where.mkdir()
    for name, data in files.items():
        (where / name.replace("__", ".")).write_bytes(data)
    return where


def test_a_clean_folder_is_told_honestly(key: Path, tmp_path: Path) -> None:
    """Exit code 0; how much was read; no permission."""
    text, talk = scan(key, folder(tmp_path / "clean", a__html=html(1), b__txt="读书会通知".encode()), rc=0)
    assert "检查了 1 页、1 个附件或文件；0 项未能读取；未发现 ≠ 可以公开。" in text.replace("\n", "")
    assert "项/秒" in talk
    assert "a.html" not in talk  # an address is no talk


def test_findings_are_masked_and_shown_only_when_asked_for(key: Path, tmp_path: Path) -> None:
    """Exit code 1; --show reads the source again; --fail-on sets the bar; the ledger keeps no passage."""
    where = folder(tmp_path / "leaky", a__html=html(1, f"<p>请联系安小禾，电话{PHONE}。</p>"))
    ledger = tmp_path / "ledger.db"
    text, _ = scan(key, where, "--ledger", ledger, rc=1)
    assert MASKED in text
    assert PHONE not in text
    text, talk = scan(key, where, "--ledger", ledger, "--show", rc=1)
    assert PHONE in text
    assert PHONE not in talk
    scan(key, where, "--ledger", ledger, "--fail-on", "block", rc=0)
    assert PHONE.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("ledger.db*"))


def test_what_cannot_be_read_wins(key: Path, tmp_path: Path) -> None:
    """Exit code 3, and the reason with its cure."""
    where = folder(tmp_path / "broken", a__html=html(1, f"<p>电话{PHONE}</p>"), b__docx=b"PK\x03\x04 cut off")
    text, _ = scan(key, where, rc=3)
    assert "b.docx" in text
    assert "1 项未能读取" in text.replace("\n", "")


def test_a_month_of_use(key: Path, tmp_path: Path) -> None:
    """First scan with a monthly report; nothing new the next night; a finding accepted; a page changed and one gone."""
    where, ledger, book = tmp_path / "site", tmp_path / "ledger.db", tmp_path / "月报.xlsx"
    where.mkdir()
    for one in site(12):
        (where / one.filename).write_bytes(one.data)
    text, talk = scan(key, where, "--ledger", ledger, "--format", "json", "--report", book, rc=1)
    rows = json.loads(text)["findings"]
    (footer,) = [row for row in rows if row["pages"] == 12]
    assert "月报已写入" in talk
    assert openpyxl.load_workbook(book).sheetnames[:3] == ["疑点", "未能读取", "统计"]
    text, _ = scan(key, where, "--ledger", ledger, "--since", "last", rc=0)
    assert "0 项重新读取" in text.replace("\n", "")
    assert "疑点：无新增变化" in text
    assert "此前发现的仍有 高 1 · 中 1 未办（去掉 --since 可看全部）" in text
    accept = (
        "--accept",
        footer["fingerprint"],
        "--reason",
        "对外值班电话",
        "--name",
        "安小禾",
        "--expires",
        "2099-12-31",
    )
    _, talk = scan(key, "--ledger", ledger, *accept, rc=0)
    assert "已认可" in talk
    (where / "0001.html").unlink()
    (where / "0002.html").write_bytes(html(2, f"<p>另请联系安小禾，电话{PHONE[:-1]}9。</p>"))
    text, _ = scan(key, where, "--ledger", ledger, "--since", "last", "--format", "json", rc=1)
    table = json.loads(text)
    assert {row["location"] for row in table["findings"]} == {"0002.html"}
    assert table["gone"] == ["0001.html"]
    assert table["scan"]["open_before"] == {"S1": 1}
    text, _ = scan(key, where, "--ledger", ledger, "--format", "json", rc=1)
    assert [row["fingerprint"] for row in json.loads(text)["accepted"]] == [footer["fingerprint"]]


def test_a_register_and_a_leaked_document_are_compared(key: Path, tmp_path: Path) -> None:
    """Both in the report; a deviation alone makes exit code 1."""
    where = folder(tmp_path / "pages", a__html=html(1), b__html=html(2))
    register = tmp_path / "register.json"
    register.write_text(
        json.dumps([{"number": "2031-0001", "title": "第1次读书会", "state": "已发布"}]), encoding="utf-8"
    )
    leaked = tmp_path / "leaked.txt"
    leaked.write_text("槐树巷社区第2次读书会在社区书屋举行，居民围坐交流读书心得。", encoding="utf-8")
    text, _ = scan(key, where, "--register", register, "--like", leaked, "--format", "json", rc=1)
    table = json.loads(text)
    assert [(one["kind"], one["location"]) for one in table["deviations"]] == [("unapproved", "b.html")]
    assert table["alike"][0]["location"] == "b.html"
    assert table["alike"][0]["share"] == 1.0


def test_the_cron_lines_can_be_pasted(key: Path) -> None:
    """Nothing is scanned; every path is whole, and a % of an address or a date is escaped, as crontab wants it."""
    what = ("https://www.yunling.example/a%20 b", "--ledger", "l.db", "--own", "--exclude", "*/old/*", "--delay", 0.1)
    text, _ = scan(key, *what, "--limit", 9, "--print-cron", rc=0)
    _, nightly, monthly = text.splitlines()
    assert nightly.startswith(f"30 1 * * * {sys.executable} -m screening.cli.main scan ")
    assert rf"'https://www.yunling.example/a\%20 b' --ledger {key.parent}/l.db --own" in nightly
    assert "--exclude '*/old/*' --delay 0.1 --limit 9 --since last" in nightly
    assert re.search(r"-o '?/\S*每日-'?\"\$\(date \+\\%F\)\"\.html$", nightly)
    assert monthly.startswith("30 3 1 * * ")
    assert not re.search(r"(?<!\\)%", text)


def test_the_cron_lines_run_from_anywhere(key: Path, tmp_path: Path) -> None:
    """As cron would run them: by sh, with escaped % given back, in another folder; a report for each day."""
    folder(tmp_path / "甲 乙", a__html=html(1))
    command = [
        sys.executable,
        "-m",
        "screening.cli.main",
        "scan",
        "甲 乙",
        "--no-ocr",
        "--workers",
        "1",
        "--print-cron",
    ]
    environment = {"XIANSHEN_KEY_FILE": str(key), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    printed = subprocess.run(command, env=environment, capture_output=True, check=True, cwd=tmp_path).stdout.decode()
    for line in printed.splitlines()[1:]:
        words = line.split(" ", 5)[5].replace(r"\%", "%")
        subprocess.run(["/bin/sh", "-c", words], env=environment, capture_output=True, check=True, cwd="/")
    kinds = sorted(re.sub(r"-[0-9-]+", "", path.name) for path in tmp_path.glob("*-*"))
    assert kinds == ["月报.html", "月报.xlsx", "每日.html"]
    assert (tmp_path / "台账.db").is_file()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "请给出来源"),
        (("no-such-folder",), "没有这个文件夹或文件"),
        (("{draft}",), "xianshen check"),
        (("{folder}", "--since", "last"), "需要台账"),
        (("{folder}", "--resume"), "需要台账"),
        (("--ledger", "{ledger}", "--accept", "f1"), "--reason"),
        (("http://127.0.0.1:9/", "--delay", "0.1"), "--own"),
        (("{folder}", "--channel", "nowhere"), "没有名为 nowhere 的发布渠道"),
        (("{folder}", "--report", "月报.pdf"), "月报的文件名应以"),
        (("{folder}", "--ledger", "{ledger}", "-o", "{ledger}"), "不能覆盖"),
        (("{folder}", "--cluster", "nonsense://x"), "集群地址应写作"),
        (("{folder}", "--cluster", "tcp://127.0.0.1:9"), "连不上调度器"),
    ],
)
def test_wrong_use_is_told_with_its_cure(key: Path, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    """Exit code 2."""
    (tmp_path / "draft.docx").write_bytes(b"PK")
    names = {
        "folder": folder(tmp_path / "folder", a__html=html(1)),
        "draft": tmp_path / "draft.docx",
        "ledger": tmp_path / "ledger.db",
    }
    _, talk = scan(key, *(word.format(**names) for word in words), rc=2)
    assert told in talk
    assert "Traceback" not in talk
