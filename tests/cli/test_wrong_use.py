"""Wrong use of the command line, and what is installed: told so that a newcomer can mend it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def xianshen(*words: str, without: str = "") -> subprocess.CompletedProcess[str]:
    """The command as its own process; `without`: a component that seems not to be installed."""
    code = "import importlib.util as u, sys; find = u.find_spec\n"
    code += f"u.find_spec = lambda name, *more: None if name == {without!r} else find(name, *more)\n"
    code += "from screening.cli.main import main; sys.argv[0] = 'xianshen'; main()"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("scan", "--ledgr", "x"), "没有选项 --ledgr；是不是 --ledger"),
        (("scan", "--limit", "x"), "--limit：应是一个数，最小 0"),
        (("scan", "--workers", "0"), "--workers：应是一个数，最小 1，最大 256"),
        (("scan", "--format", "doc"), "--format：只能是 text、json"),
        (("scan", "--expires", "明年"), "--expires：日期写作 2031-12-31"),
        (("scan", "a", "--ledger"), "选项 --ledger 的值缺少或多余"),
        (("scan", "a", "--since", "last"), "需要台账：加 --ledger 台账.db"),
        (("scna",), "没有命令 scna"),
        (("rules", "nope"), "没有命令 nope"),
        (("rules", "explain"), "缺少 RULE_ID"),
        (("extract", "甲.docx", "乙.docx"), "多出的参数 乙.docx"),
    ],
)
def test_wrong_use_is_told_in_chinese_with_where_to_read_on(words: tuple[str, ...], told: str) -> None:
    """Exit code 2; no word of English around it."""
    done = xianshen(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("错误：")
    assert told in done.stderr
    assert "--help" in done.stderr
    for english in ("Usage", "Error", "Try", "Invalid", "No such"):
        assert english not in done.stderr


def test_english_is_told_to_those_who_asked_for_it() -> None:
    """check --lang en."""
    done = xianshen("check", "--lang", "en", "--nope")
    assert done.returncode == 2
    assert "No such option" in done.stderr


def test_without_a_command_the_help_is_shown() -> None:
    """And so with --help."""
    assert "xianshen check" in xianshen().stderr + xianshen().stdout
    assert xianshen("--help").returncode == 0
    assert xianshen("scan", "--help").returncode == 0


@pytest.mark.parametrize(("component", "extra"), [("scrapy", "site"), ("fastwarc", "site"), ("openpyxl", "web")])
def test_doctor_tells_what_is_missing_with_its_cure(component: str, extra: str) -> None:
    """A command that can be copied, whatever the shell knows of this environment."""
    there, missing = xianshen("doctor"), xianshen("doctor", without=component)
    assert f"{component}" in there.stdout
    assert "未安装 " not in there.stdout
    assert f"未安装 {component}。安装：{sys.executable} -m pip install 'xianshen[{extra}]'" in missing.stdout
