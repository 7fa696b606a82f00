"""Finds out why a certificate is not trusted: OpenSSL's own error says only that it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from OpenSSL.SSL import (
    VERIFY_FAIL_IF_NO_PEER_CERT,
    VERIFY_PEER,
    X509VerificationCodes,
)
from twisted.internet._sslverify import ClientTLSOptions, _verifyCB
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from core.errors import SiagaError

if TYPE_CHECKING:
    from OpenSSL.crypto import X509
    from OpenSSL.SSL import Connection
    from twisted.protocols.tls import TLSMemoryBIOProtocol

_WHY = {
    X509VerificationCodes.ERR_CERT_HAS_EXPIRED: (
        "its certificate has expired: the site must renew it, or this machine's clock is wrong"
    ),
    X509VerificationCodes.ERR_CERT_NOT_YET_VALID: (
        "its certificate is not valid yet: this machine's clock may be wrong"
    ),
    X509VerificationCodes.ERR_DEPTH_ZERO_SELF_SIGNED_CERT: (
        "its certificate is signed by itself: nobody vouches that this is the site"
    ),
    X509VerificationCodes.ERR_SELF_SIGNED_CERT_IN_CHAIN: (
        "its certificate is signed by an authority that this machine does not trust"
    ),
    X509VerificationCodes.ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: (
        "who signed its certificate is not known here: the site leaves out a part of its chain, "
        "or this machine's list of authorities is old"
    ),
    X509VerificationCodes.ERR_CERT_REVOKED: "its certificate has been revoked",
}


class UntrustedCertificateError(SiagaError):
    """A site's certificate is not trusted; `code` is OpenSSL's reason (X509_verify_cert)."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(
            _WHY.get(code, f"its certificate is not trusted (OpenSSL's reason {code})")
        )


@implementer(IPolicyForHTTPS)
class ExplainingPolicy:
    """Trusts what another policy trusts; of what that refuses, the connection's failure says why."""

    def __init__(self, policy: Any) -> None:
        """`policy` is an IPolicyForHTTPS, which mypy does not understand."""
        self._policy = policy

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802  # Twisted's
        """What opens connections to this host, an IOpenSSLClientConnectionCreator."""
        creator = self._policy.creatorForNetloc(hostname, port)
        return _Creator(creator) if type(creator) is ClientTLSOptions else creator


@implementer(IOpenSSLClientConnectionCreator)
class _Creator:
    def __init__(self, options: ClientTLSOptions) -> None:
        self._options = options

    def clientConnectionForTLS(  # noqa: N802  # Twisted's
        self, protocol: TLSMemoryBIOProtocol
    ) -> Connection:
        options = self._options
        connection = options.clientConnectionForTLS(protocol)
        # The very check that the options made; OpenSSL gives a connection one callback only.
        check = _verifyCB(protocol, options._hostnameIsDnsName, options._hostnameASCII)  # noqa: SLF001

        def explained(own: Connection, certificate: X509, code: int, depth: int, fine: int) -> bool:
            if fine:
                return check(own, certificate, code, depth, True)
            protocol.failVerification(Failure(UntrustedCertificateError(code)))  # type: ignore[no-untyped-call]
            return False

        connection.set_verify(VERIFY_PEER | VERIFY_FAIL_IF_NO_PEER_CERT, explained)
        return connection
