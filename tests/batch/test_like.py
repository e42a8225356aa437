"""The same elsewhere: by hashes alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.batch.ledger import Ledger
from screening.batch.like import alike, sought
from screening.batch.shingles import packed, share, shingles, unpacked
from screening.checker import Screener
from screening.domain.errors import SettingsError
from tests.batch.scanning import judge, judging, now, page, settings_in

KEY = b"k" * 32
LINES = st.lists(
    st.text(alphabet="云岭东湖槐树巷社区读书会通知公告一二三四五六七八九十", min_size=1, max_size=60), max_size=6
)


@given(LINES, LINES, LINES)
def test_a_text_is_found_in_every_text_that_holds_its_lines(
    before: list[str], lines: list[str], after: list[str]
) -> None:
    """Whole and in any surroundings."""
    part = frozenset(shingles("\n".join(lines), KEY))
    assert part <= set(shingles("\n".join([*before, *lines, *after]), KEY))


@given(LINES.filter(bool), st.data())
def test_whoever_changes_one_character_changes_a_hash(lines: list[str], data: st.DataObject) -> None:
    """That is what winnowing promises."""
    line = data.draw(st.integers(0, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[line]) - 1))
    changed = [*lines]
    changed[line] = lines[line][:at] + "变" + lines[line][at + 1 :]
    assert not set(shingles("\n".join(changed), KEY)) <= set(shingles("\n".join(lines), KEY))


def test_hashes_are_keyed_and_keep() -> None:
    """Another key has others; eight bytes each."""
    text = "槐树巷社区的读书会在社区书屋举行"
    assert not set(shingles(text, KEY)) & set(shingles(text, b"another key"))
    assert unpacked(packed(shingles(text, KEY))) == shingles(text, KEY)
    assert (shingles("", KEY), shingles("\n\n", KEY), share(frozenset(), (1,))) == ((), (), 0.0)


def test_pages_that_repeat_a_document_are_found(tmp_path: Path) -> None:
    """From the ledger, most alike first; others are not."""
    leak = "东湖水厂二期的加压泵站设在槐树巷地下三层。\n检修通道从社区书屋后门进入。\n夜间由两名值班员轮流看守。"
    how = judging(settings_in(tmp_path))
    whole = page(1, "".join(f"<p>{line}</p>" for line in leak.split("\n")))
    half = page(2, f"<p>{leak.splitlines()[0]}</p><p>另外的一句话，与前面无关。</p>")
    ledger = Ledger(tmp_path / "ledger.db", now)
    run = ledger.begin("s", "v", {})
    for one in (whole, half, page(3)):
        run.store(one, judge(one, how))
    run.flush()
    (tmp_path / "leak.txt").write_text(leak, encoding="utf-8")
    with Screener(how.settings) as screener:
        wanted = sought(screener, tmp_path / "leak.txt")
        (tmp_path / "nothing.txt").write_bytes(b"\n")
        with pytest.raises(SettingsError, match="没有读到文字"):
            sought(screener, tmp_path / "nothing.txt")
    found = alike(ledger, wanted, ("s",))
    assert [one.location for one in found] == [whole.location, half.location]
    assert found[0].share == 1.0
    assert alike(ledger, wanted, ("elsewhere",)) == []
    ledger.close()
