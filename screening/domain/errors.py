"""The errors of xianshen, as one tree.

XianshenError
├── SettingsError    a setting, an option or a path is wrong
├── RuleError        a lexicon file cannot be used
├── ModelError       a trained model cannot be used
├── ExtractionError  a document could not be read (inside the reader; outside it becomes an Unread)
├── BaselineError    a baseline or ignore file cannot be used
├── VaultError       a stored content is missing, altered or not the one asked for
├── StorageFullError no room left to store what came in
├── CertificateError a certificate that cannot be used (domain/certificate.py)
├── TrailError       an exported audit trail that cannot be read (domain/audit.py)
├── RefusedError     an act that the rule of review does not allow
├── ConflictError    somebody else was faster: look again and decide anew
└── MissingError     there is no such thing, or none that this person may know of

Every message names the file, the place and the cure, and never holds text of a draft.
"""


class XianshenError(Exception):
    """Any error that xianshen raises on purpose."""


class SettingsError(XianshenError):
    """A setting, an option or a path is wrong."""


class RuleError(XianshenError):
    """A lexicon file cannot be used: names file, rule, field and cure."""


class ModelError(XianshenError):
    """A trained model is missing, or is not the one in the manifest: names the file and the cure."""


class ExtractionError(XianshenError):
    """A document could not be read. `reason` is the UnreadReason that the reader gives up with."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
        self.detail = detail


class BaselineError(XianshenError):
    """A baseline file cannot be used."""


class RefusedError(XianshenError):
    """An act that the rule of review does not allow: says which rule, in the words of the office."""


class VaultError(XianshenError):
    """A stored content is missing, altered or not the one asked for: names its id, never what it holds."""


class StorageFullError(XianshenError):
    """No room left on the disk; nothing of what came in was kept."""


class ConflictError(XianshenError):
    """The thing was changed, or is being decided, by somebody else: look again and decide anew."""


class MissingError(XianshenError):
    """There is no such thing, or none that this person may know of: the two are told apart by nobody."""
