"""The tables of the ledger: runs, items by location, their findings without passages, hashes, acceptances."""

import hashlib

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()


def _word(name: str, length: int = 64) -> Column[str]:
    return Column(name, String(length), nullable=False, default="")


def _words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="")


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, default=0)


runs = Table(
    "scan_runs", metadata,
    Column("id", Integer, primary_key=True), _words("source"), _word("stamp"), _words("settings"), _words("furniture"),
    _word("started", 40), _word("finished", 40), Column("complete", Integer, nullable=False, default=0),
)  # fmt: skip

# key: digest of source and location; run: the last that saw it; first_run, changed_run, gone_run: since when
items = Table(
    "scan_items", metadata,
    Column("key", String(32), primary_key=True), _words("source"), _words("location"), _words("parent"),
    _word("parent_key", 32), _words("column"), _words("title"), _word("kind", 10), _word("media_type", 200),
    _word("modified", 40), _word("sha256"), _word("text_sha256"), _number("characters"), _number("disposition"),
    Column("size", BigInteger, nullable=False, default=0), _words("unread"), _word("fault", 40), _words("detail"),
    _words("duplicate_of"), _word("stamp"), _words("etag"), _word("last_modified", 100), _word("first_seen", 40),
    _word("last_seen", 40), _word("read_at", 40), _number("run"), _number("first_run"), _number("changed_run"),
    _number("gone_run"), _number("read_run"),
    Index("scan_items_bytes", "sha256"), Index("scan_items_text", "text_sha256"),
)  # fmt: skip

findings = Table(
    "scan_findings", metadata,
    Column("item", String(32), primary_key=True), Column("number", Integer, primary_key=True),
    _word("fingerprint"), Column("block", BigInteger, nullable=False), _number("severity"),
    Column("score", Float, nullable=False), _words("body"), _word("first_seen", 40),
    Index("scan_findings_print", "fingerprint", "block"),
)  # fmt: skip

prints = Table(
    "scan_prints", metadata,
    Column("item", String(32), primary_key=True), Column("hashes", LargeBinary, nullable=False),
)  # fmt: skip

acceptances = Table(
    "scan_acceptances", metadata,
    Column("fingerprint", String(64), primary_key=True), _word("rule_id"), _words("place"), _words("reason"),
    _word("name", 200), _word("expires", 20), _word("at", 40),
)  # fmt: skip


def key_of(source: str, location: str) -> str:
    """The key of an item."""
    words = f"{source}\0{location}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(words, digest_size=16).hexdigest()
