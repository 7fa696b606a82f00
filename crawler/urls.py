"""Addresses of pages: what a link names, which two are the same article, whose they are. Pure.

`resolve` makes the address that is fetched; `canonical` makes the one that decides what is known,
and is not meant to be fetched.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from ipaddress import IPv6Address
from itertools import takewhile
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

import idna

from core.addresses import literal_address

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_LENGTH = 4_096
"""Characters of the longest address that is followed."""

_UNRESERVED = r"A-Za-z0-9._~\-"
_IN_PATH = re.compile(rf"%([0-9A-Fa-f]{{2}})|[^{_UNRESERVED}!$&'()*+,;=:@/]")
_IN_QUERY = re.compile(rf"%([0-9A-Fa-f]{{2}})|[^{_UNRESERVED}!$&'()*+,;=:@/?]")
_IS_UNRESERVED = re.compile(f"[{_UNRESERVED}]")
_REMOVED_BY_BROWSERS = str.maketrans("", "", "\t\r\n")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_USUAL_PORTS = frozenset({None, 80, 443})

_DEVICE_LABELS = frozenset({"www", "m", "amp", "mobile"})
_INDEXES = frozenset({"index.html", "index.htm", "index.php", "index.asp", "index.aspx"})
_AMP_NAME = re.compile(r"([^.].*)\.amp(\.html?)?", re.IGNORECASE)

# Names that say how a reader came, never what is read: `id`, `p`, `i`, `source` and the like stay.
_TRACKING = re.compile(
    r"""
    (?: utm | mc | mtm | matomo | pk | piwik | hsa | vero | at | gaa | gad | fb )_ .*
    | fbclid | gclid | gclsrc | dclid | gbraid | wbraid | yclid | ysclid | msclkid | twclid | ttclid
    | srsltid | igsh | igshid | mibextid | li_fat_id | sfnsn | _ga | _gl | _hsenc | _hsmi | mkt_tok
    | _branch_match_id | __twitter_impression | cmpid | ncid | ocid | s_cid | spm | dicbo
    | trk | trkcampaign | usqp | ref | reff | ref_src | ref_url | referrer | referer | replytocom
    | tag_from | jxconn | jxrecoid | lgn_method | google_btn
    | amp | outputtype
    """,
    re.VERBOSE,
)
_WHOLE_ARTICLE = frozenset({("page", "all"), ("page", "1")})


def resolve(base: str, href: str) -> str | None:
    """The absolute address that a link on the page `base` leads to, fit to be fetched, or None.

    Read as browsers read it (WHATWG URL): tabs and line breaks inside do not count, a backslash is
    a slash. http and https only; the fragment is cut off; an address with a user name, control
    characters, an impossible host or more than MAX_LENGTH characters is none.
    """
    link = _as_browsers_read(href)
    if not link or _CONTROL.search(link):
        return None
    try:
        parts = urlsplit(urljoin(base, link))
        if "@" in parts.netloc:
            return None
        url = _join(parts.scheme.lower(), parts, _host(parts), _escaped_path(parts.path))
    except ValueError:
        return None
    return url if len(url) <= MAX_LENGTH else None


def canonical(url: str) -> str:
    """The one address by which an article is known, whichever of its addresses `url` is.

    Scheme, `www.` and the hosts and paths of mobile and AMP editions, default ports, user names,
    fragments, tracking parameters, the order of the others, percent-encoding, dot segments, doubled
    and trailing slashes and `index.html` make no difference. Idempotent. Raises ValueError for what
    is no http address.
    """
    parts = urlsplit(_as_browsers_read(url))
    host = _without_device(_host(parts))
    query = _canonical_query(parts.query)
    return _join("https", parts._replace(query=query), host, _canonical_path(parts.path))


def fingerprint(canonical_url: str) -> str:
    """A short key for a canonical address: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(canonical_url.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def host_of(url: str) -> str:
    """The host of an http address: lower case, ASCII (IDNA), IPv6 without brackets.

    Raises ValueError for what is no http address.
    """
    return _host(urlsplit(_as_browsers_read(url)))


@lru_cache(maxsize=4_096)
def registered_domain(host: str) -> str:
    """The domain that someone registered: `fajar.co.id` for `m.makassar.fajar.co.id`.

    After the Public Suffix List as tldextract bundles it, its private part included, so that two
    blogs of one host are two. Under a suffix that the list does not know, the last two labels; an
    address literal, a public suffix and a single label stand for themselves.
    """
    host = host.lower().strip("[].")
    if ":" in host or literal_address(host) is not None:
        return host
    found = _public_suffixes().extract_str(host)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else host
    return ".".join(host.split(".")[-2:])


def same_site(url: str, other: str) -> bool:
    """Whether two http addresses stand under one registered domain; ValueError for no address."""
    return registered_domain(host_of(url)) == registered_domain(host_of(other))


@cache
def _public_suffixes() -> TLDExtract:
    # Here and not above, because it brings requests along: 0.2 s that `siaga check` does not have.
    from tldextract import TLDExtract  # noqa: PLC0415  # slow to import, and not every command needs it

    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def _as_browsers_read(link: str) -> str:
    link = link.translate(_REMOVED_BY_BROWSERS).strip()
    address, question, query = link.partition("#")[0].partition("?")
    return address.replace("\\", "/") + question + query


def _host(parts: SplitResult) -> str:
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(f"{parts.geturl()!r} is no http address")
    host = unquote(parts.hostname or "").rstrip(".")
    if ":" in host:
        return IPv6Address(host.partition("%")[0]).compressed
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode("ascii")
    host = host.lower()
    if not _HOST.fullmatch(host):
        raise ValueError(f"{parts.geturl()!r} has no host")
    return host


def _join(scheme: str, parts: SplitResult, host: str, path: str) -> str:
    netloc = f"[{host}]" if ":" in host else host
    if parts.port not in _USUAL_PORTS:
        netloc = f"{netloc}:{parts.port}"
    return urlunsplit((scheme, netloc, path or "/", _escaped_query(parts.query), ""))


def _without_device(host: str) -> str:
    domain = registered_domain(host)
    label, _, rest = host.partition(".")
    while label in _DEVICE_LABELS and rest and registered_domain(rest) == domain:
        host = rest
        label, _, rest = host.partition(".")
    return host


def _canonical_path(path: str) -> str:
    segments: list[str] = []
    for segment in _escaped_path(path).split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/" + "/".join(_without_edition(segments))


def _without_edition(segments: list[str]) -> list[str]:
    """The segments of a path without what names an AMP edition or an index file."""
    kept = segments[len(list(takewhile(_is_amp, segments[:-1]))) :]
    while kept:
        amp_name = _AMP_NAME.fullmatch(kept[-1])
        if kept[-1].lower() in _INDEXES or (len(kept) > 1 and _is_amp(kept[-1])):
            kept.pop()
        elif amp_name is not None:
            kept[-1] = amp_name[1] + (amp_name[2] or "")
        else:
            break
    return kept


def _is_amp(segment: str) -> bool:
    return segment.lower() == "amp"


def _canonical_query(query: str) -> str:
    pairs = [_escaped_query(pair).partition("=") for pair in query.split("&") if pair]
    kept = [pair for pair in pairs if not _makes_no_difference(pair[0], pair[2])]
    return "&".join("".join(pair) for pair in sorted(kept, key=lambda pair: pair[0]))


def _makes_no_difference(name: str, value: str) -> bool:
    name = unquote(name).lower()
    return bool(_TRACKING.fullmatch(name)) or (name, value.lower()) in _WHOLE_ARTICLE


def _escaped_path(path: str) -> str:
    return _IN_PATH.sub(_escape, path)


def _escaped_query(query: str) -> str:
    return _IN_QUERY.sub(_escape, query)


def _escape(match: re.Match[str]) -> str:
    """Percent-encoding as RFC 3986, 6.2.2, has it: upper case, and only where it is needed."""
    if match[1] is None:
        return quote(match[0], safe="", errors="replace")
    character = chr(int(match[1], 16))
    return character if _IS_UNRESERVED.fullmatch(character) else match[0].upper()
