"""The tables. Ids and digests stand in plain; what could tell of a draft is sealed by the vault (columns `*_sealed`).

The audit table is append-only: triggers of both databases refuse UPDATE and DELETE (see session.py).
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

metadata = MetaData()


def _id(name: str = "id", **more: object) -> Column[str]:
    return Column(name, String(40), primary_key=True, **more)  # type: ignore[arg-type]


def _ref(name: str, target: str, **more: object) -> Column[str]:
    return Column(name, String(40), ForeignKey(target), nullable=False, **more)  # type: ignore[arg-type]


def _text(name: str) -> Column[str]:
    return Column(name, String(40), nullable=False, default="")


units = Table(
    "units", metadata,
    _id(), Column("name", String(200), nullable=False), Column("settings", Text, nullable=False, default="{}"),
)  # fmt: skip

people = Table(
    "people", metadata,
    _id(), _ref("unit", "units.id"), Column("department", String(200), nullable=False, default=""),
    Column("login", String(100), nullable=False, unique=True), Column("name", String(100), nullable=False),
    Column("roles", Text, nullable=False), Column("active", Boolean, nullable=False, default=True),
    Column("password_hash", String(300), nullable=False, default=""),
    Column("password_at", String(40), nullable=False, default=""),
    Column("totp_sealed", LargeBinary), Column("totp_step", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0), _text("locked_until"), _text("signed_in_at"),
)  # fmt: skip

failures_by_address = Table(
    "failures_by_address", metadata,
    Column("address", String(100), primary_key=True), Column("failures", Integer, nullable=False),
    Column("locked_until", String(40), nullable=False, default=""), Column("at", String(40), nullable=False),
)  # fmt: skip

web_sessions = Table(
    "web_sessions", metadata,
    Column("token_hash", String(64), primary_key=True), _ref("person", "people.id", index=True),
    Column("csrf", String(64), nullable=False), Column("second_factor", Boolean, nullable=False),
    Column("created_at", String(40), nullable=False), Column("seen_at", String(40), nullable=False),
    Column("address", String(100), nullable=False, default=""),
)  # fmt: skip

invitations = Table(
    "invitations", metadata,
    Column("token_hash", String(64), primary_key=True), _ref("person", "people.id"),
    Column("expires_at", String(40), nullable=False),
)  # fmt: skip

tokens = Table(
    "tokens", metadata,
    _id(), Column("token_hash", String(64), nullable=False, unique=True), _ref("person", "people.id", index=True),
    Column("name", String(100), nullable=False), Column("scopes", String(400), nullable=False),
    Column("created_at", String(40), nullable=False), Column("expires_at", String(40), nullable=False),
    _text("used_at"),
)  # fmt: skip

cases = Table(
    "cases", metadata,
    _id(), Column("number", String(40), nullable=False, unique=True), _ref("unit", "units.id"),
    Column("department", String(200), nullable=False), _ref("author", "people.id"),
    Column("channel", String(40), nullable=False), Column("state", String(20), nullable=False),
    Column("level", Integer, nullable=False), Column("office", String(40), nullable=False),
    Column("severity", Integer, nullable=False, default=0), Column("findings", Integer, nullable=False, default=0),
    Column("unread", Integer, nullable=False, default=0), Column("disposition", Integer, nullable=False, default=0),
    Column("created_at", String(40), nullable=False), Column("updated_at", String(40), nullable=False),
    _text("due_at"), _text("paused_at"), _text("locked_by"), _text("locked_until"),
    Column("etag", Integer, nullable=False), Column("body", LargeBinary, nullable=False),
    Column("declaration_sealed", LargeBinary, nullable=False),
    Index("cases_queue", "unit", "state", "office", "due_at"), Index("cases_author", "author", "updated_at"),
)  # fmt: skip

# One data key a case. Deleting the row shreds bytes, text, findings, title and reasons of the case for good.
keys = Table("keys", metadata, _id("case_id"), Column("wrapped", LargeBinary, nullable=False))

# A second key a case, for what officers write about an incident: that outlives the content.
record_keys = Table("record_keys", metadata, _id("case_id"), Column("wrapped", LargeBinary, nullable=False))

contributors = Table(
    "contributors", metadata,
    _ref("case_id", "cases.id", primary_key=True), Column("person", String(40), primary_key=True),
    Index("contributors_person", "person"),
)  # fmt: skip

versions = Table(
    "versions", metadata,
    _ref("case_id", "cases.id", primary_key=True), Column("number", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False), Column("size", Integer, nullable=False),
    Column("media_type", String(100), nullable=False), Column("filename_sealed", LargeBinary, nullable=False),
    Column("blob", String(64), nullable=False), Column("result_blob", String(64), nullable=False, default=""),
    Column("text_sha256", String(64), nullable=False, default=""), Column("summary", Text, nullable=False, default=""),
    Column("uploaded_by", String(40), nullable=False), Column("at", String(40), nullable=False),
)  # fmt: skip

acts = Table(
    "acts", metadata,
    _ref("case_id", "cases.id", primary_key=True), Column("number", Integer, primary_key=True),
    Column("step", String(20), nullable=False), Column("person", String(40), nullable=False),
    Column("sha256", String(64), nullable=False), Column("at", String(40), nullable=False),
    Column("level", Integer, nullable=False), Column("item", String(20), nullable=False, default=""),
    Column("resolution", String(20), nullable=False, default=""), Column("words_sealed", LargeBinary, nullable=False),
)  # fmt: skip

notes = Table(
    "notes", metadata,
    _ref("case_id", "cases.id", primary_key=True), Column("person", String(40), primary_key=True),
    Column("item", String(20), primary_key=True), Column("text_sealed", LargeBinary, nullable=False),
    Column("at", String(40), nullable=False),
)  # fmt: skip

jobs = Table(
    "jobs", metadata,
    _id(), _ref("case_id", "cases.id"), Column("version", Integer, nullable=False),
    Column("state", String(10), nullable=False), Column("attempt", Integer, nullable=False, default=0),
    Column("leased_until", String(40), nullable=False, default=""), Column("at", String(40), nullable=False),
    Unique("case_id", "version"), Index("jobs_next", "state", "at"),
)  # fmt: skip

audit = Table(
    "audit", metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False), Column("at", String(40), nullable=False),
    Column("actor", String(40), nullable=False), Column("action", String(60), nullable=False),
    Column("subject", String(80), nullable=False), Column("payload", Text, nullable=False),
    Column("seal", String(80), nullable=False),
)  # fmt: skip

anchors = Table(
    "anchors", metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False), Column("at", String(40), nullable=False),
    Column("seal", String(80), nullable=False), Column("signature", String(200), nullable=False),
)  # fmt: skip

idempotency = Table(
    "idempotency", metadata,
    Column("person", String(40), primary_key=True), Column("key", String(100), primary_key=True),
    Column("request_hash", String(64), nullable=False), Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False), Column("at", String(40), nullable=False),
)  # fmt: skip

# A scan that was handed over. The data key of its contents stands beside it, wrapped; source_key, page_key: keyed
# digests of source and address; prints: findings of a page by fingerprint, so that what is open is counted unopened.
scans = Table(
    "scans", metadata,
    _id(), _ref("unit", "units.id"), Column("by", String(40), nullable=False),
    Column("handed_at", String(40), nullable=False), Column("source_key", String(64), nullable=False),
    Column("wrapped", LargeBinary, nullable=False), Column("body_sealed", LargeBinary, nullable=False),
    Index("scans_latest", "unit", "handed_at", "id"),
)  # fmt: skip

scan_pages = Table(
    "scan_pages", metadata,
    _ref("scan_id", "scans.id", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False), Column("page_key", String(64), nullable=False),
    Column("prints", Text, nullable=False), Column("body_sealed", LargeBinary, nullable=False),
)  # fmt: skip

# What was said about findings of a page; it holds for later scans of the same source.
scan_words = Table(
    "scan_words", metadata,
    _ref("unit", "units.id", primary_key=True), Column("page_key", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False), _ref("scan_id", "scans.id"),
    Column("fingerprint", String(64), nullable=False), Column("said", String(20), nullable=False),
    Column("person", String(40), nullable=False), Column("at", String(40), nullable=False), _text("case_id"),
    Column("reason_sealed", LargeBinary, nullable=False),
)  # fmt: skip

# Notifications to be sent (webhook.py): written with the event that they tell of, deleted when they have arrived.
outbox = Table(
    "outbox", metadata,
    _id(), _ref("unit", "units.id"), Column("url", String(500), nullable=False), Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False), Column("attempt", Integer, nullable=False, default=0),
    Column("due_at", String(40), nullable=False), Index("outbox_next", "state", "due_at"),
)  # fmt: skip
