"""What a screening found, kept sealed: the run and the document its spans point into."""

from dataclasses import dataclass

from screening.domain.document import Document
from screening.domain.run import Run
from screening.store.codec import of_json, to_json
from screening.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Kept:
    """A run with its document."""

    run: Run
    document: Document


def keep(vault: Vault, key: bytes, case_id: str, kept: Kept) -> str:
    """Seal a result under the case's key. Returns the id of the content."""
    return vault.put(to_json(kept).encode("utf-8", "surrogatepass"), key, f"{case_id}/result").id


def kept(vault: Vault, key: bytes, case_id: str, blob: str) -> Kept:
    """Read a result back. Raises VaultError when it is gone or altered."""
    return of_json(Kept, vault.read(blob, key, f"{case_id}/result").decode("utf-8", "surrogatepass"))
