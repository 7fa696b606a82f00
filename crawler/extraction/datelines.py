"""The dateline before an article's first sentence: the place, the outlet, and a dash."""

from __future__ import annotations

import re

LONGEST = 70
_DOMAIN = r"[\w-]+(?:\.[\w-]+)?\.(?i:com|co\.id|co|id|net|org|tv|news|info|my\.id)(?![a-zA-Z0-9])"
_PLACE = r"[A-Z][\w.'’/]*(?:[ -][A-Z(][\w.'’/()]*){0,4}"
_DASH = r"\s*(?:[-–—‒―]{1,3}|:|\|)\s*"
_SPACED_DASH = r"(?:\s+[-–—‒―]{1,3}\s*|\s*[–—‒―]{1,2}\s*|\s*-{1,3}\s+)"
# What stands at the head of a story without bold or a second word: cities where newsrooms are.
_CITY_NAMES = """
    Jakarta Bandung Semarang Surabaya Yogyakarta Solo Malang Bogor Depok Tangerang Bekasi Serang Cirebon Medan
    Padang Pekanbaru Jambi Palembang Bengkulu Batam Pontianak Banjarmasin Samarinda Balikpapan Tarakan
    Makassar Manado Palu Kendari Gorontalo Mamuju Parepare Palopo Gowa Maros Bone Denpasar Mataram Kupang
    Ambon Ternate Jayapura Sorong Manokwari Merauke Timika
"""
_CITY = f"(?:{'|'.join(_CITY_NAMES.split())}|Banda Aceh|Bandar Lampung|Palangka Raya|Tanjung Selor)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # KONTAN.CO.ID - JAKARTA.
        rf"{_DOMAIN}\s*[-–—]\s*[A-Z]{{3,}}(?: [A-Z]{{3,}}){{0,2}}\.\s",
        # JAKARTA, KOMPAS.com - / RAKYATKU.COM - / Liputan6.com, Jakarta - / REPUBLIKA.CO.ID, JAKARTA --
        rf"(?:{_PLACE}\s*[,/(|-]?\s*){{0,3}}{_DOMAIN}\)?(?:\s*[,/|_–—-]\s*{_PLACE}){{0,2}}{_DASH}",
        # Liputan6.com, Jakarta
        rf"{_DOMAIN},\s*{_CITY}\s(?=[A-Z\"“])",
        # Makassar (ANTARA News) - / Mataram, NTB (ANTARA) -
        rf"{_PLACE}(?:,\s*{_PLACE})?,?\s*\([^)]{{2,30}}\)\s*[,:]?{_SPACED_DASH}",
        # JAKARTA, 7 Mei 2024 -
        rf"{_PLACE},\s*\d{{1,2}} [A-Z][a-z]+ \d{{4}}{_SPACED_DASH}",
        # KBRN, Makassar:
        rf"[A-Z]{{3,6}},\s*{_PLACE}:\s",
        rf"{_CITY}{_SPACED_DASH}",
        # Jakarta, CNN Indonesia -- / MAKASSAR, FAJAR - / Makassar, Beritakota —
        rf"{_PLACE},\s*{_PLACE}{_SPACED_DASH}",
        # MAKASSAR - / JAKARTA --
        rf"(?:[A-Z][A-Z.'’]{{3,}}|[A-Z.'’]{{3,}}(?:[ -][A-Z.'’]{{2,}}){{1,3}}),?{_SPACED_DASH}",
        r"[A-Z]{5,}\s+\|\s+",
    )
)
_ALONE = re.compile(
    rf"(?:{_PLACE}(?:,\s*{_PLACE})?|{_DOMAIN})(?:\s*\([^)]{{2,30}}\))?\s*[-–—‒―]{{1,3}}"
)
_BOLD_OUTLET = re.compile(rf"[^.!?]{{0,40}}{_DOMAIN}[^.!?]{{0,40}}")
_PLAIN_PLACE = re.compile(rf"{_PLACE}{_SPACED_DASH}")
_BEGINNING = re.compile(r"[\"'“‘(\[«]?[\w@#]")
_OUTLET = re.compile(_DOMAIN)
_MIDDLE = re.compile(r"[\"'“‘(\[«]?[a-z]")


def split(text: str, *, strong: int = 0) -> tuple[str | None, str]:
    """The dateline of a first paragraph, without its dash, and the rest; None where there is none.

    `strong` is how many characters at the beginning are set in bold: bold marks a dateline where its
    words alone would not ("Jakarta - Harga …", "Liputan6.com, Jakarta Harga …").
    """
    head = text[: LONGEST + 10]
    found = next((match for form in _FORMS if (match := form.match(head))), None)
    if found is None and strong:
        found = _bold(text, strong)
    if found is None or found.end() > LONGEST:
        return None, text
    rest = text[found.end() :].lstrip(" -–—")
    return (_named(found[0]), rest) if _opens(found[0], rest) else (None, text)


def is_alone(text: str) -> bool:
    """Whether a line is a dateline and nothing else: "Jakarta -"."""
    return len(text) <= LONGEST and bool(_ALONE.fullmatch(text))


def _opens(dateline: str, rest: str) -> bool:
    """Whether a sentence begins behind the dateline; only an outlet's address leaves no doubt of it."""
    if _MIDDLE.match(rest) and not _OUTLET.search(dateline):
        return False
    return bool(_BEGINNING.match(rest))


def _bold(text: str, strong: int) -> re.Match[str] | None:
    if strong > LONGEST:
        return None
    place = _PLAIN_PLACE.match(text)
    if place is not None and place.end() <= strong + 4:
        return place
    outlet = _BOLD_OUTLET.fullmatch(text, 0, strong)
    return outlet if outlet is not None and strong < len(text) else None


def _named(dateline: str) -> str:
    return dateline.strip(" -–—‒―:|,.")
