"""Bytes of a page as text: byte order mark, then what the bytes are, then what the page says they are.

Pages are wrong about themselves more often than bytes are: text that is valid UTF-8 beyond ASCII is
UTF-8, whatever its header or its meta element says. The labels decide only where the bytes do not.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta\b[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_META_WITHIN = 4096
_FALLBACK = "windows-1252"
# https://encoding.spec.whatwg.org/#names-and-labels: what pages call Latin-1 or ASCII is Windows-1252.
_CALLED_LATIN = frozenset({"iso8859-1", "ascii", "latin-1", "cp1252"})
_TEXT_CODECS = re.compile(
    r"(?:iso8859-\d+|cp(?:125\d|874|932|936|949|950|866)|utf-(?:8|16(?:-[lb]e)?)|koi8-[ru]|tis-620"
    r"|shift_jis|euc_(?:jp|kr)|gb(?:2312|k|18030)|big5)"
)
_BROKEN_SHARE = 0.05


def decode(data: bytes, *, charset: str | None) -> str:
    """The text of a page's bytes; `charset` is the HTTP header's. What cannot be read becomes U+FFFD."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    text = data.decode("utf-8", errors="replace")
    if _mostly_utf8(data, text):
        return text
    return data.decode(_declared(data, charset) or _FALLBACK, errors="replace")


def _mostly_utf8(data: bytes, text: str) -> bool:
    """Whether what is not ASCII reads as UTF-8, a character cut or broken here and there aside."""
    if data.isascii():
        return b"\0" not in data[:200]
    broken = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    beyond = sum(1 for character in text if character > "\x7f") if broken else 1
    return broken <= max(beyond * _BROKEN_SHARE, 1 if beyond > 1 else 0)


def _declared(data: bytes, charset: str | None) -> str | None:
    found = _META.search(data[:_META_WITHIN])
    named = found[1].decode("ascii", errors="replace") if found else None
    for label in (charset, named):
        codec = _codec(label)
        if codec is not None and codec != "utf-8":
            return codec
    return None


def _codec(label: str | None) -> str | None:
    """Python's name of a text encoding; None for one that is unknown, or no text (base64, utf-7)."""
    try:
        name = codecs.lookup((label or "").strip().lower()).name
    except (LookupError, ValueError):
        return None
    if name in _CALLED_LATIN:
        return _FALLBACK
    return name if _TEXT_CODECS.fullmatch(name) else None
