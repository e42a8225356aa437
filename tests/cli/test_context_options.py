"""Release basis, explanations and models, from the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ACCIDENT = "昨夜隧道坍塌，造成7人死亡、19人重伤。"


@pytest.fixture
def run(tmp_path: Path):
    """Run xianshen in an empty folder with its own key and cache."""
    environment = {
        **os.environ,
        "XIANSHEN_KEY_FILE": str(tmp_path / "key"),
        "XIANSHEN_CACHE": str(tmp_path / "cache"),
        "NO_COLOR": "1",
    }

    def call(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "screening.cli.main", *arguments]
        return subprocess.run(
            command, input=text, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
        )

    return call


def test_a_release_basis_settles_and_is_kept_in_the_result(run) -> None:
    """The accident is a warning now, and the result says on what ground."""
    without = run("check", "-", "--stdin-filename", "稿.txt", "--format", "jsonl", text=ACCIDENT)
    with_it = run(
        "check",
        "-",
        "--stdin-filename",
        "稿.txt",
        "--format",
        "jsonl",
        "--release-basis",
        "苇政发〔2031〕6号",
        text=ACCIDENT,
    )
    before, after = json.loads(without.stdout), json.loads(with_it.stdout)
    assert without.returncode == 1
    assert {one["severity"] for one in before["findings"]} - {"S3"}
    assert {one["severity"] for one in after["findings"]} == {"S3"}
    assert with_it.returncode == 0
    assert after["release_basis"] == "苇政发〔2031〕6号"
    assert any("苇政发〔2031〕6号" in note for one in after["findings"] for note in one["explanation"])


def test_explain_lists_what_a_context_excused(run) -> None:
    """Only when asked for."""
    text = "电影再现了那一夜：隧道坍塌，7人死亡，专案组锁定主犯。"
    plain = run("check", "-", "--stdin-filename", "稿.txt", text=text)
    explained = run("check", "-", "--stdin-filename", "稿.txt", "--explain", text=text)
    assert "因语境不算的命中" not in plain.stdout
    assert "因语境不算的命中" in explained.stdout
    assert "电影" in explained.stdout.rpartition("因语境不算的命中")[2]


def test_a_context_can_be_explained(run) -> None:
    """What it does, to what, shown by which examples."""
    done = run("rules", "explain", "release")
    assert done.returncode == 0
    for words in ("降为低", "重大事故", "成立例", "not_yet"):
        assert words in done.stdout


def test_the_product_can_be_measured_on_ones_own_passages(run, tmp_path: Path) -> None:
    """A table with a row a category; wrong ones by id and without text."""
    file = tmp_path / "段落.jsonl"
    rows = [
        {"id": "一", "text": ACCIDENT, "labels": ["major_accident", "accident_casualty_figure"]},
        {"id": "二", "text": "社区图书馆周末照常开放，欢迎居民前来阅读。", "labels": []},
        {"id": "三", "text": "社区食堂周末照常开放，欢迎居民前来用餐。", "labels": ["major_matter"]},
    ]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    done = run("model", "evaluate", str(file), "--errors")
    assert done.returncode == 0
    assert "| major_accident | 1 | 1 | 1.00 |" in done.stdout
    assert "漏 三" in done.stderr
    assert "食堂" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "不是逐行的 JSON"), ('{"text": 1}', "第1行"), (None, "读不到数据")],
)
def test_a_bad_file_of_passages_is_told_in_one_line(run, tmp_path: Path, content: str | None, words: str) -> None:
    """File, line and cure; exit code 2."""
    file = tmp_path / "x.jsonl"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    done = run("model", "evaluate", str(file))
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_training_without_data_says_what_is_missing(run) -> None:
    """The names need public corpora."""
    done = run("model", "train")
    assert done.returncode == 2
    assert "--data" in done.stderr
