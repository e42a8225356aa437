"""A real OpenLDAP server of this test process (Debian's slapd), with TLS by an authority of its own."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SLAPD = shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin:/usr/libexec:/usr/lib/openldap")
BASE = "ou=people,dc=yunling,dc=example"
PASSWORD = "春江潮水连海平 7"  # noqa: S105 - of invented people
_SETUP = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
allow bind_anon_cred bind_anon_dn
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
security {security}
database mdb
suffix dc=yunling,dc=example
directory {folder}/db
"""
_PERSON = """dn: uid={login},{base}
objectClass: inetOrgPerson
uid: {login}
cn: {login}
sn: {login}
userPassword: {password}

"""


@dataclass(frozen=True)
class Directory:
    """Where it listens, and the certificate of its authority."""

    port: int
    tls_port: int
    ca: Path


@contextmanager
def directory(folder: Path, *logins: str, security: str = "simple_bind=128") -> Iterator[Directory]:
    """A server with these people. security: as slapd.conf says it; by itself no password goes in plain."""
    assert SLAPD
    (folder / "db").mkdir()
    ca = _certificates(folder)
    setup = folder / "slapd.conf"
    setup.write_text(_SETUP.format(folder=folder, security=security), encoding="utf-8")
    _fill(setup, logins)
    port, tls_port = _free_port(), _free_port()
    addresses = f"ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port}"
    process = subprocess.Popen([SLAPD, "-d", "0", "-f", str(setup), "-h", addresses], stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield Directory(port, tls_port, ca)
    finally:
        process.terminate()
        process.wait()


def _fill(setup: Path, logins: tuple[str, ...]) -> None:
    tops = "dn: dc=yunling,dc=example\nobjectClass: domain\ndc: yunling\n\n"
    tops += f"dn: {BASE}\nobjectClass: organizationalUnit\nou: people\n\n"
    people = "".join(_PERSON.format(login=one, base=BASE, password=PASSWORD) for one in logins)
    subprocess.run([str(SLAPD), "-T", "add", "-f", str(setup)], input=(tops + people).encode(), check=True)


def _wait(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def _certificates(folder: Path) -> Path:
    """A certificate for localhost (not for 127.0.0.1), and the authority that vouches for it."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Yunling test authority")])
    ca = _made(name, name, authority.public_key(), authority, x509.BasicConstraints(ca=True, path_length=0))
    host = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    (folder / "server.pem").write_bytes(_made(host, name, key.public_key(), authority, names))
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "ca.pem").write_bytes(ca)
    return folder / "ca.pem"


def _made(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, by: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> bytes:  # fmt: skip
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), now - timedelta(hours=1),
                                   now + timedelta(days=1))  # fmt: skip
    made = made.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return made.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
