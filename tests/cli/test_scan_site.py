"""The whole command over a small generated site with every trap and forty leaks: undisturbed, and killed on the way.

`make scan-site` does the same at full size.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batch.site_maker import Built, build
from tests.batch.site_server import serve
from tests.batch.whole_site import Audit, Command, Result, audit, comparable, differences

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are looked for in /proc")
KILLS = 2


@pytest.fixture(scope="module")
def built() -> Built:
    """Pages, attachments, leaks."""
    return build(200, 20, 40)


@pytest.fixture(scope="module")
def command(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A scan of the site while it is served."""
    with serve(built) as url:
        yield Command(url, tmp_path_factory.mktemp("site"), ("--delay", "0", "--no-ocr", "--workers", "1"))


@pytest.fixture(scope="module")
def calm(command: Command) -> Result:
    """A scan that nobody disturbed."""
    return command.finished("calm.db")


def test_every_leak_is_found_with_its_place_and_nothing_else(built: Built, command: Command, calm: Result) -> None:
    """What repeats is told once with its pages; every address is accounted for, every trap named."""
    assert calm.code == 3
    told = audit(built, command.url, calm)
    assert len(built.planted) == 40
    assert told == Audit(found=[*built.planted, *built.copied], repeated=built.on_duty)


def test_the_next_night_has_no_news(command: Command, calm: Result) -> None:
    """Whatever the order in which the site answers: other copies first, other pages of a calendar."""
    assert calm.table["findings"]
    again = command.finished("calm.db", "--since", "last")
    assert (again.table["findings"], again.table["gone"], again.table["not_read"]) == ([], [], [])
    assert again.code == 0


def test_kill_9_at_random_points_changes_nothing(command: Command, calm: Result) -> None:
    """No process outlives the command, no file is left, and the result is that of the undisturbed scan."""
    killed, orphans = command.disturbed("killed.db", len(calm.entries), KILLS)
    assert list(differences(comparable(command.url, calm), comparable(command.url, killed))) == []
    assert orphans == []
    assert command.left_behind() == []
