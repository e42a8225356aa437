"""The command as people and programs use it: exit codes, formats, streams, baselines."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def xianshen(tmp_path: Path) -> Run:
    """The real command in a folder of its own."""
    own = {"XIANSHEN_KEY_FILE": str(tmp_path / "key"), "XIANSHEN_CACHE": str(tmp_path / "cache"), "NO_COLOR": "1"}

    def run(*words: object, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "screening.cli.main", *map(str, words)]
        return subprocess.run(
            command,
            input=given,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **own, **environment},
            check=False,
        )

    return run


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    """A Word draft with a telephone number and a citizen number."""
    document = docx.Document()
    document.add_paragraph("云岭市举办茶叶节。")
    document.add_paragraph("联系人李四，手机13800138000，身份证号11019919000101001X。")
    path = tmp_path / "稿件.docx"
    document.save(str(path))
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A harmless text."""
    path = tmp_path / "clean.txt"
    path.write_text("云岭市举办茶叶节，游客络绎不绝。\n", encoding="utf-8")
    return path


def test_a_leak_is_told_with_place_reason_and_cure(xianshen: Run, leak: Path) -> None:
    """Exit code 1; the values are masked; a newcomer reads where, why and what to do."""
    result = xianshen("check", leak)
    words = result.stdout.decode()
    assert result.returncode == 1
    assert "第2段" in words
    assert "身份证" in words
    assert "保密法" in words or "民法典" in words or "制度" in words
    assert "11019919000101001X" not in words
    assert "13800138000" not in words
    assert "仍须审批" in words


def test_show_gives_the_values(xianshen: Run, leak: Path) -> None:
    """Plain values only on demand."""
    assert "13800138000" in xianshen("check", leak, "--show").stdout.decode()


def test_a_clean_draft_is_honestly_clean(xianshen: Run, clean: Path) -> None:
    """Exit code 0, with the number of passages and the sentence that this is no approval."""
    result = xianshen("check", clean)
    assert result.returncode == 0
    assert "检查了" in result.stdout.decode()
    assert "未发现" in result.stdout.decode()


def test_what_was_not_read_wins_over_findings(xianshen: Run, leak: Path, tmp_path: Path) -> None:
    """Exit code 3, with the reason and the cure, beside a draft with findings."""
    (tmp_path / "旧稿.docx").write_bytes(b"PK\x03\x04broken")
    result = xianshen("check", leak, tmp_path / "旧稿.docx")
    assert result.returncode == 3
    assert "未能读取" in result.stdout.decode() or "未读" in result.stdout.decode()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["check"], "稿件路径"),
        (["check", "没有.docx"], "没有.docx"),
        (["check", "clean.txt", "--channel", "moon"], "website"),
        (["check", "clean.txt", "--baseline", "no.json"], "no.json"),
        (["check", "clean.txt", "--annotate", "out.docx"], "docx"),
        (["check", "clean.txt", "--format", "xml"], "只能是 text"),
        (["rules", "explain", "NO-999"], "NO-999"),
        (["check", "clean.txt", "-o", "clean.txt"], "原稿"),
        (["check", "clean.txt", "-o", "./clean.txt", "--format", "html"], "原稿"),
        (["check", "clean.txt", "--jsonl"], "--jsonl"),
        (["baseline", "clean.txt", "-o", "b", "--reason", " ", "--name", "王", "--expires", "2099-01-01"], "理由"),
        (["baseline", "clean.txt", "-o", "b", "--reason", "x", "--name", "王", "--expires", "2020-01-01"], "已过"),
        (["check", "clean.txt", "--format", "json", "-o", "no/such/folder.json"], "folder.json"),
    ],
)
def test_wrong_usage_is_told_with_the_cure(xianshen: Run, clean: Path, words: list[str], told: str) -> None:
    """Exit code 2; data stays off stdout."""
    assert clean.exists()
    result = xianshen(*words)
    assert result.returncode == 2
    assert told in result.stderr.decode()
    assert result.stdout == b""
    assert "Traceback" not in result.stderr.decode()
    assert "茶叶节" in clean.read_text(encoding="utf-8")


@pytest.mark.parametrize(("level", "code"), [("warn", 1), ("redact", 1), ("block", 0)])
def test_fail_on_sets_the_bar(xianshen: Run, tmp_path: Path, level: str, code: int) -> None:
    """A telephone number asks for masking, not for a block."""
    (tmp_path / "a.txt").write_text("请致电13800138000", encoding="utf-8")
    assert xianshen("check", "a.txt", "--fail-on", level).returncode == code


def test_json_has_offsets_into_the_text(xianshen: Run, leak: Path) -> None:
    """The documented object; offsets are code points of what `extract` prints."""
    run = json.loads(xianshen("check", leak, "--format", "json").stdout)["runs"][0]
    blocks = json.loads(xianshen("extract", leak, "--format", "json").stdout)["blocks"]
    text = "\n".join(block["text"] for block in blocks)
    phone = next(one for one in run["findings"] if one["category"] == "pii_contact")
    assert text[phone["start"] : phone["end"]] == "13800138000"
    assert "quote" not in phone


@pytest.mark.parametrize("form", ["json", "jsonl", "sarif", "csv", "html", "text"])
def test_every_format_goes_to_a_file(xianshen: Run, leak: Path, tmp_path: Path, form: str) -> None:
    """-o writes the file and keeps stdout empty."""
    result = xianshen("check", leak, "--format", form, "-o", tmp_path / f"out.{form}")
    assert result.returncode == 1
    assert result.stdout == b""
    assert (tmp_path / f"out.{form}").stat().st_size > 100


def test_standard_input(xianshen: Run) -> None:
    """A draft from a pipe, by its bytes."""
    result = xianshen("check", "-", "--stdin-filename", "稿.txt", given="手机13800138000".encode("gb18030"))
    assert result.returncode == 1
    assert "稿.txt" in result.stdout.decode()


def test_jsonl_answers_in_order(xianshen: Run) -> None:
    """One line for each, bad ones included; offsets are code points of the text given."""
    lines = [
        json.dumps({"id": "a", "text": "联系电话是13800138000"}),
        "{broken",
        json.dumps({"id": "c", "text": "茶叶节开幕"}),
        json.dumps({"id": 4, "text": "机密★10年", "channel": "press"}),
        json.dumps({"id": 5, "text": "x", "channel": "moon"}),
    ]
    result = xianshen("check", "--jsonl", given="\n".join(lines).encode())
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 2
    assert [one["id"] for one in answers] == ["a", None, "c", 4, 5]
    assert answers[0]["findings"][0]["start"] == 5
    assert answers[0]["findings"][0]["end"] == 16
    assert set(answers[0]["findings"][0]) == {"category", "rule_id", "severity", "start", "end", "score", "place"}
    assert "第2行" in answers[1]["error"]
    assert answers[2] == {"id": "c", "score": 0.0, "disposition": "CLEAR", "findings": []}
    assert answers[3]["disposition"] == "QUARANTINE"
    assert "moon" in answers[4]["error"]


def test_a_baseline_accepts_with_reason_name_and_expiry(xianshen: Run, tmp_path: Path) -> None:
    """Accepted findings no longer fail the check, are still counted, and come back when the day has passed."""
    (tmp_path / "a.txt").write_text("请致电13800138000", encoding="utf-8")
    accept = ["baseline", "a.txt", "-o", "base.json", "--reason", "公开的咨询号码", "--name", "王五"]
    assert xianshen(*accept, "--expires", "2099-12-31").returncode == 0
    kept = (tmp_path / "base.json").read_text(encoding="utf-8")
    assert "13800138000" not in kept
    result = xianshen("check", "a.txt", "--baseline", "base.json")
    assert result.returncode == 0
    assert "1 处疑点已由基线认可" in result.stdout.decode()
    assert "13800138000" not in result.stdout.decode()
    told = json.loads(xianshen("check", "a.txt", "--baseline", "base.json", "--format", "json").stdout)["runs"][0]
    assert [one["masked"] for one in told["accepted"]] == ["138****8000"]
    (tmp_path / "base.json").write_text(kept.replace("2099-12-31", "2020-01-01"), encoding="utf-8")
    late = xianshen("check", "a.txt", "--baseline", "base.json")
    assert late.returncode == 1
    assert "过期" in late.stderr.decode()
    other_key = xianshen("check", "a.txt", "--baseline", "base.json", XIANSHEN_KEY_FILE=str(tmp_path / "other"))
    assert other_key.returncode == 2
    assert "密钥" in other_key.stderr.decode()


def test_a_mark_cannot_be_accepted(xianshen: Run, tmp_path: Path) -> None:
    """Nobody clears a state-secret mark by a baseline."""
    (tmp_path / "a.txt").write_text("机密★10年", encoding="utf-8")
    accept = ["baseline", "a.txt", "-o", "base.json", "--reason", "试", "--name", "王五", "--expires", "2099-12-31"]
    assert "未记入" in xianshen(*accept).stderr.decode()
    assert xianshen("check", "a.txt", "--baseline", "base.json").returncode == 1


def test_annotate_returns_the_authors_file(xianshen: Run, leak: Path, tmp_path: Path) -> None:
    """Native comments on the flagged words; the original is never overwritten."""
    result = xianshen("check", leak, "--annotate", "批注.docx")
    assert result.returncode == 1
    noted = docx.Document(str(tmp_path / "批注.docx"))
    assert len(list(noted.comments)) >= 2
    assert [p.text for p in noted.paragraphs] == [p.text for p in docx.Document(str(leak)).paragraphs]
    assert xianshen("check", leak, "--annotate", leak).returncode == 2


def test_a_folder_is_checked_whole(xianshen: Run, leak: Path, clean: Path, tmp_path: Path) -> None:
    """Every file inside, hidden and lock files left out."""
    assert leak.exists()
    assert clean.exists()
    folder = tmp_path / "稿件夹" / "内"
    folder.mkdir(parents=True)
    for source in (leak, clean):
        (folder / source.name).write_bytes(source.read_bytes())
    (folder / "~$稿件.docx").write_bytes(b"lock")
    (folder / ".hidden").write_bytes(b"x")
    runs = json.loads(xianshen("check", tmp_path / "稿件夹", "--format", "json").stdout)["runs"]
    assert [run["filename"] for run in runs] == ["稿件夹/内/clean.txt", "稿件夹/内/稿件.docx"]


def test_nothing_slow_is_loaded_for_a_small_text(clean: Path, tmp_path: Path) -> None:
    """spaCy, jieba, scikit-learn, pydantic and the PDF libraries stay out of the parent until needed."""
    code = (
        "import sys; from screening import Screener, Settings; from pathlib import Path\n"
        f"s = Settings(key_file=Path({str(tmp_path / 'k')!r}), cache=Path({str(tmp_path / 'c')!r}))\n"
        f"Screener(s).check({str(clean)!r})\n"
        f"x = Screener(s); x.check({str(clean)!r}); x.close()\n"
        "slow = ('spacy', 'jieba', 'sklearn', 'pypdfium2', 'pikepdf', 'lxml', 'docx', 'PIL')\n"
        "print([m for m in slow if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.decode().strip() == "[]"
