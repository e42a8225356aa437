"""Wrong words on the command line are told in Chinese, with what would be right; exit code 2."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nope",), "没有命令 nope；可用 audit、"),
        (("scan", "--nope"), "没有选项 --nope；是不是 --name"),
        (("scan", "--limit", "x"), "--limit 的值不对：应为不小于 0 的数"),
        (("scan", "--delay", "99"), "--delay 的值不对：应为 0 到 60 的数"),
        (("scan", "--expires", "2031"), "日期写作 2031-12-31"),
        (("check", "--format", "foo"), "--format 的值不对：可写 text、"),
        (("check", "--channel"), "选项 --channel"),
        (("rules", "explain"), "缺少 "),
        (("rules",), "规则是数据"),
    ],
)
def test_wrong_words_are_told(words: tuple[str, ...], told: str) -> None:
    """And where to read more."""
    done = subprocess.run(
        [sys.executable, "-m", "screening.cli.main", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert told in done.stderr
    assert "Error" not in done.stderr
