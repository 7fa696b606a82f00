"""Addresses of the web and of mail as a channel's config takes them. Pure."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from core.models import Strings

_LABEL = "[A-Za-z0-9-]{1,63}"
_MAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=^_`{{|}}~-]{{1,64}}@(?:{_LABEL}\.)*{_LABEL}")
_HOST = re.compile(r"(?:[\w-]{1,63}\.)*[\w-]{1,63}\.?|\[?[0-9A-Fa-f:.]+\]?")


def _web_address(secret: SecretStr) -> SecretStr:
    """Refuse what cannot be posted to; the words of an error never repeat an address, it is a secret."""
    problem = _problem_with(secret.get_secret_value())
    if problem is not None:
        raise ValueError(problem)
    return secret


def _problem_with(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return "this is no web address"
    if parts.scheme not in ("http", "https"):
        return "a web address begins with https:// (or http://)"
    if parts.username is not None or parts.password is not None:
        return "a web address must not hold a user name or a password"
    if not port_is_right or not parts.hostname or not _HOST.fullmatch(parts.hostname):
        return "this web address names no host"
    if any(character.isspace() or not character.isprintable() for character in url):
        return "a web address has no spaces"
    return None


def _mail_address(address: str) -> str:
    if not _MAIL.fullmatch(address):
        raise ValueError(f"{address!r} is no mail address: write one like ani@redaksi.example")
    return address


def _mail_addresses(addresses: tuple[str, ...]) -> tuple[str, ...]:
    if not addresses:
        raise ValueError("name at least one address")
    return tuple(dict.fromkeys(map(_mail_address, addresses)))


def _host_name(host: str) -> str:
    if not _HOST.fullmatch(host):
        raise ValueError(f"{host!r} is no host name: write one like smtp.redaksi.example")
    return host


WebAddress = Annotated[SecretStr, AfterValidator(_web_address)]
"""An http or https address, kept as a secret: who knows a webhook's address can write to it."""
MailAddress = Annotated[str, AfterValidator(_mail_address)]
"""One mail address, in ASCII, without a name before it."""
MailAddresses = Annotated[Strings, AfterValidator(_mail_addresses)]
"""At least one mail address, each once."""
HostName = Annotated[str, AfterValidator(_host_name)]
"""A host name or an IP address, without a scheme and a port."""
