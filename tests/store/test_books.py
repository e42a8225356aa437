"""Store, vault and keys together: what the sweep takes and what it leaves, on both databases."""

import os

import pytest

from screening.domain.errors import VaultError
from screening.domain.review import Step
from screening.store.books import Store, new_id
from screening.store.runs import Kept, keep, kept
from tests.review.office import CANARY, MARKED, NOTHING, Office
from tests.store.test_codec import DOCUMENT, RUN

HOUR = 3600.0


@pytest.fixture
def office(store: Store) -> Office:
    """An office on an empty store."""
    return Office(store)


def aged(store: Store, seconds: float) -> float:
    """The time at which everything in the vault is so old."""
    return max(store.vault.written_at(one) for one in store.vault.ids()) + seconds


def test_the_sweep_takes_orphans_and_leaves_what_a_case_points_to(office: Office) -> None:
    """Bytes whose upload was never filed go after an hour, half-written ones too; drafts and results stay."""
    store = office.store
    filing = office.upload()
    with store.reading() as books:
        key = books.cases.get(filing.id).key
    result = keep(store.vault, key, filing.id, Kept(RUN, DOCUMENT))
    taken = office.intake.lease()
    assert taken
    from dataclasses import replace

    assert office.intake.screened(taken[0], replace(NOTHING, result=result))
    orphan = office.received().blob
    part = store.vault.folder / orphan[:2] / f"{new_id()}.part"
    part.write_bytes(b"half")
    os.utime(part, (0, 0))
    assert store.sweep(aged(store, HOUR - 60)) == 1  # the half-written one
    assert orphan in set(store.vault.ids())
    assert store.sweep(aged(store, HOUR + 60)) == 1
    assert set(store.vault.ids()) == {filing.current.blob, result}
    assert store.sweep(aged(store, HOUR + 60)) == 0
    assert kept(store.vault, key, filing.id, result) == Kept(RUN, DOCUMENT)


def test_the_sweep_takes_what_was_shredded(office: Office) -> None:
    """Once the key is gone, the sealed bytes go as well; those of other cases stay."""
    other = office.upload()
    office.screen()
    gone = office.quarantined(MARKED)
    office.do("secrecy", gone.id, Step.REPORT)
    assert office.store.sweep(aged(office.store, HOUR + 60)) == 1
    assert set(office.store.vault.ids()) == {other.current.blob}


def test_a_result_opens_for_its_case_only(office: Office) -> None:
    """Sealed under the key of the case, and bound to its id."""
    vault = office.store.vault
    key, other = vault.new_key(), vault.new_key()
    blob = keep(vault, key, "c1", Kept(RUN, DOCUMENT))
    for wrong_key, case_id in ((other, "c1"), (key, "c2")):
        with pytest.raises(VaultError):
            kept(vault, wrong_key, case_id, blob)
    assert kept(vault, key, "c1", blob) == Kept(RUN, DOCUMENT)


def test_bytes_come_back_as_they_were(office: Office) -> None:
    """Any draft, under its own key."""
    filing = office.upload(text=CANARY * 9999)
    data = office.store.vault.read(filing.current.blob, filing.key, f"{filing.id}/draft")
    assert data.decode() == CANARY * 9999


def test_ids_say_nothing(store: Store) -> None:
    """128 random bits each."""
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {32}
