"""What must be true of a store when the process that wrote to it was killed: shared by the tests that kill."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from screening.domain.audit import verify
from screening.domain.filing import Filing
from screening.store.books import Store
from screening.store.runs import kept

Did = tuple[str, str, str]  # step, case, person
_NAMES = {"screened": "screen"}


def cases_of(store: Store) -> dict[str, Filing]:
    """All cases, by id."""
    with store.reading() as books:
        return {one.id: one for one in books.cases.find(limit=100_000)}


def acts_of(store: Store) -> Counter[Did]:
    """What was done, by the record of the cases; the audit trail is whole and tells the same."""
    with store.reading() as books:
        cases = books.cases.find(limit=100_000)
        acts = Counter((one.step, filing.id, one.person) for filing in cases for one in books.cases.entries(filing))
        events = list(books.trail.events())
    told = [(one.action.removeprefix("case:"), one) for one in events if one.action.startswith("case:")]
    recorded = Counter((_NAMES.get(verb, verb), one.subject, one.actor) for verb, one in told)
    assert acts == recorded, (acts - recorded, recorded - acts)
    assert list(verify(events, store.keys.audit)) == []
    return acts


def nothing_is_left_over(store: Store, cases: Iterable[Filing], folder: Path) -> None:
    """Every draft reads back with its digest, and every result; the sweep takes all other contents and parts."""
    wanted = set()
    for filing in cases:
        upload = filing.current
        data = store.vault.read(upload.blob, filing.key, f"{filing.id}/draft")
        assert sha256(data).hexdigest() == upload.sha256
        wanted.add(upload.blob)
        if upload.result:
            assert kept(store.vault, filing.key, filing.id, upload.result).document.sha256 == upload.sha256
            wanted.add(upload.result)
    store.sweep(4e9)
    assert set(store.vault.ids()) == wanted
    assert not list(folder.rglob("*.part"))


def found_in(folder: Path, word: str) -> list[Path]:
    """The files below a folder in which the word stands, in an encoding that programs use."""
    needles = [word.encode(code) for code in ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "unicode_escape")]
    found = []
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a database at work moves its files
            if path.is_file() and any(one in path.read_bytes() for one in needles):
                found.append(path)
    return found
