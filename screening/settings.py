"""Settings: one frozen object, read once from a TOML file and the environment. Nobody else reads either.

Order: explicit argument > environment > file named by XIANSHEN_CONFIG > ./xianshen.toml > default.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from screening.domain.errors import SettingsError

_PACKAGE = Path(__file__).resolve().parent
_PREFIX = "XIANSHEN_"


def shipped(name: str) -> Path:
    """A folder that travels with the program: `lexicons`, `models` or `samples/drafts`."""
    inside_wheel = _PACKAGE / "shipped" / name
    return inside_wheel if inside_wheel.exists() else _PACKAGE.parent / name


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; each is also an environment variable XIANSHEN_<NAME>.

    channel: the channel when none is named; lexicons: folder of the shipped rules; local_lexicons: folder of
    the unit's own rules; models: folder of the trained models; ocr: recognise words in pictures where installed;
    workers: reading processes; key_file: key of the fingerprints; cache: folder of the checked ruleset.
    For the desk: data: folder of its database and vault; database: URL of a PostgreSQL instead of SQLite in `data`;
    keys: folder of its keys, best on another disk (`data`/keys if none); cipher: aes, or sm4 for
    new contents sealed with SM4 and an audit trail sealed with SM3.
    Signing in by the unit's own accounts: oidc_issuer (its address), oidc_client, oidc_secret_file (none for a public
    client); ldap_url (ldaps://, or ldap:// with StartTLS), ldap_base, ldap_user_pattern (with {login} and {base}),
    ldap_ca (the certificate that vouches for the server). webhook_hosts: `host` or `host:port` of those that may get
    notifications, with commas between; their secrets lie in `keys`/webhooks.
    """

    channel: str = "website"
    lexicons: Path = field(default_factory=lambda: shipped("lexicons"))
    local_lexicons: Path | None = None
    models: Path = field(default_factory=lambda: shipped("models"))
    ocr: bool = True
    workers: int = 1
    key_file: Path = field(default_factory=lambda: Path("~/.config/xianshen/fingerprint.key").expanduser())
    cache: Path = field(default_factory=lambda: Path("~/.cache/xianshen").expanduser())
    data: Path = field(default_factory=lambda: Path("~/.local/share/xianshen").expanduser())
    database: str = ""
    keys: Path | None = None
    cipher: str = "aes"
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret_file: Path | None = None
    ldap_url: str = ""
    ldap_base: str = ""
    ldap_user_pattern: str = "uid={login},{base}"
    ldap_ca: Path | None = None
    webhook_hosts: str = ""

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> "Settings":
        """Read the settings. Raises SettingsError naming the file or variable, the field and the cure."""
        env = os.environ if environment is None else environment
        values = _from_file(env, folder or Path.cwd())
        known = {one.name: one.type for one in fields(cls)}
        for name in known:
            if _PREFIX + name.upper() in env:
                values[name] = (env[_PREFIX + name.upper()], f"环境变量 {_PREFIX}{name.upper()}")
        for name, (_, source) in values.items():
            if name not in known:
                raise SettingsError(f"{source}: 没有名为 {name} 的设置；可用的有 {', '.join(known)}")
        return cls(**{name: _convert(name, known[name], *value) for name, value in values.items()})


def _from_file(env: Mapping[str, str], folder: Path) -> dict[str, tuple[Any, str]]:
    named = env.get(_PREFIX + "CONFIG")
    path = Path(named) if named else folder / "xianshen.toml"
    if not path.is_file():
        if named:
            raise SettingsError(f"{path}: 配置文件不存在；检查环境变量 {_PREFIX}CONFIG")
        return {}
    import tomllib  # noqa: PLC0415 - most starts have no file

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: 不是有效的 TOML（UTF-8）：{type(error).__name__}") from None
    return {name: (value, str(path)) for name, value in table.items()}


def _convert(name: str, kind: object, value: Any, source: str) -> Any:
    """Turn what was written into the field's type."""
    if "Path" in str(kind):
        return Path(str(value)).expanduser()
    if kind is bool:
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if str(value).lower() not in words:
            raise SettingsError(f"{source}: {name} 应为 true 或 false")
        return words[str(value).lower()]
    if kind is int:
        if not str(value).isdecimal() or int(value) < 1:
            raise SettingsError(f"{source}: {name} 应为正整数")
        return int(value)
    return str(value)
