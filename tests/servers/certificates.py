"""An authority and a certificate of its own for localhost, made for one test run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Paths of PEM files: who trusts `authority` trusts `server`, which is key and certificate."""

    authority: Path
    server: Path


def make_certificates(directory: Path, *, name: str = "localhost", days: int = 1) -> Certificates:
    """A certificate for `name`, for the two days that end in `days`, and the authority that signed it."""
    until = datetime.now(UTC) + timedelta(days=days)
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = _name("Siaga test authority")
    authority = (
        _builder(issuer, issuer, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    alternatives = [x509.DNSName(name)]
    server = (
        _builder(_name(name), issuer, server_key, until=until)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    paths = Certificates(authority=directory / "authority.pem", server=directory / "server.pem")
    paths.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    paths.server.write_bytes(_pem(server_key) + server.public_bytes(serialization.Encoding.PEM))
    return paths


def self_signed(directory: Path, *, name: str = "localhost") -> Path:
    """Key and certificate of a server that vouches for itself."""
    key, itself = ec.generate_private_key(ec.SECP256R1()), _name(name)
    certificate = _builder(itself, itself, key).sign(key, hashes.SHA256())
    path = directory / "self.pem"
    path.write_bytes(_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    until: datetime | None = None,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    until = until or now + timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=2))
        .not_valid_after(until)
    )
