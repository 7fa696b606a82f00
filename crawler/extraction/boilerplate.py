"""Lines of a page that are no text of the article, told by what they say, in Indonesian and English."""

from __future__ import annotations

import re
from enum import StrEnum


class Line(StrEnum):
    """What a line is when it is not the article's text."""

    OTHER_ARTICLE = "other-article"
    ADVERTISING = "advertising"
    PAGING = "paging"
    INVITATION = "invitation"
    CAPTION = "caption"
    SIGN_OFF = "sign-off"
    END = "end"


_LOOK = r"(?:baca|lihat|simak|tonton|saksikan)"
_NETWORKS = (
    r"(?:whatsapp|telegram|google\s*news|facebook|twitter|instagram|tiktok|youtube|threads|line\s+today"
    r"|\bchannel\b|\bsaluran\b|newsletter)"
)
_INITIALS = r"\*?[\w.]{1,12}\*{0,3}"
# Each matches a whole line.
_PATTERNS: dict[Line, tuple[str, ...]] = {
    Line.OTHER_ARTICLE: (
        rf"(?:{_LOOK}|klik|cek)\s*(?:juga|pula|selengkapnya|lainnya|berita|artikel)?\s*(?:[:;：-]|di\s+sini).*",
        rf"{_LOOK}\s+(?:juga|pula)\b.*",
        r"(?:simak|tonton|saksikan|lihat)\s+(?:juga\s+)?(?:video|foto)\b.*",
        r"(?:read|see|watch)\s+(?:also|more)\b.*",
        r"\[gambas:.*\]",
    ),
    Line.ADVERTISING: (
        r"\W*(?:advertise?ment|advertorial|iklan|adv|ads|sponsored(?:\s+content)?|konten\s+bersponsor)\W*",
        r"(?:scroll|gulir)\s+(?:to|ke|untuk)\b.{0,60}",
        r"lanjutkan\s+(?:membaca|dengan)\b.{0,40}",
        r"powered\s+by\b.{0,40}",
    ),
    Line.PAGING: (
        r"halaman\s*(?:selanjutnya|berikutnya|sebelumnya|\d+(?:\s*(?:dari|/)\s*\d+)?)\b.{0,20}",
        r"(?:selanjutnya|berikutnya|sebelumnya|next(?:\s+page)?|prev(?:ious)?(?:\s+page)?)\W*",
        r"(?:show\s+all|tampilkan\s+semua|load\s+more|\d{1,2}(?:\s+\d{1,2})*)\W*",
    ),
    Line.INVITATION: (
        (
            r"(?:ikuti|follow|dapatkan|cek|ayo|yuk|mari|silakan|download|unduh|temukan|jangan\s+lewatkan|(?:ber)?gabung"
            r"|update|baca|simak|pilih|klik|nikmati|pastikan|kunjungi|join|subscribe|langganan|berlangganan)"
            rf"\b.{{0,200}}{_NETWORKS}.{{0,250}}"
        ),
        (
            r"(?:bagikan|share|tweet|kirim|copy\s+link|salin(?:\s+tautan)?|link\s+(?:successfully\s+)?copied"
            r"|whatsapp|facebook|twitter|telegram|email|print|cetak)(?:\s*[:|,]?\s*\S{1,12}){0,3}"
        ),
        r"(?:artikel|berita)\s+ini\s+(?:telah|sudah)\s+(?:tayang|terbit|dimuat)\b.{0,200}",
        r"(?:silakan|silahkan|harap)\s+(?:log\s?in|masuk|daftar)\b.{0,80}",
        r"(?:akhir\s+dari|lewati)\s+(?:paling\s+banyak|podcast|artikel|whatsapp|video)\b.{0,80}",
        r"\W*fakta\s+atau\s+hoaks\b.{0,300}",
        r"\d+\s*(?:komentar|comments?|views?|dibaca|kali)",
    ),
    Line.CAPTION: (
        r"(?:©|\(c\)).{0,80}",
        r".{0,160}[(.\s](?:foto|photo|dok)\s*[:/]\s*[^.]{2,60}",
    ),
    Line.SIGN_OFF: (
        rf"\(\s*{_INITIALS}(?:\s*[/\\|,-]\s*{_INITIALS}){{0,4}}\s*\)\.?",
        r"\[\s*[\w.]{1,8}(?:\s*/\s*[\w.]{1,8})*\s*\]|\*{2,}",
        (
            r"(?:editor|penulis|reporter|pewarta(?:\s+foto)?|redaktur|red|rep|sumber|penyunting|laporan|kontributor"
            r"|fotografer|uploader)\s*[:：|].{1,90}"
        ),
        r"laporan\s+(?:wartawan|reporter|kontributor|jurnalis)\b.{0,90}(?<![.!?])",
        r"(?:tags?|topik(?:\s+terkait)?|label|kata\s+kunci)\s*(?:[:：].{0,120})?",
    ),
    Line.END: (
        r"(?:copyright|hak\s+cipta)\b.{0,120}|.{0,40}all\s+rights\s+reserved.{0,40}",
        (
            r"(?:berita|artikel|baca|topik|video|foto|konten|pilihan)\s+(?:terkait|lainnya|lain|terpopuler|populer"
            r"|pilihan|rekomendasi|redaksi|menarik\s+lainnya|untuk\s+anda)\W*"
        ),
        (
            r"(?:terpopuler|terkini|terbaru|rekomendasi|paling\s+banyak\s+dibaca|jangan\s+lewatkan|you\s+may\s+(?:also\s+)?like"
            r"|related\s+(?:posts?|articles?|news|stories)|recommended(?:\s+for\s+you)?)\W*"
        ),
        (
            r"(?:komentar(?:\s+(?:pembaca|anda))?|comments?|tinggalkan\s+(?:balasan|komentar)"
            r"|leave\s+a\s+(?:reply|comment))\W*"
        ),
    ),
}
_COMPILED = tuple(
    (line, re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL))
    for line, patterns in _PATTERNS.items()
)
_LONGEST = 330
_INSET = re.compile(
    rf"\s*[(\[]\s*{_LOOK}(?:\s+(?:juga|pula))?\s*:[^()\[\]]{{3,200}}[)\]]", re.IGNORECASE
)
_SIGNATURE = re.compile(
    r"(?<=[.!?\"”'’\w)])\s*(?:\*{2,4}$|[(\[](?:(?=[^)\]]*[/|])[a-z]{1,12}(?:\s?[/|-]\s?[a-z*]{1,12}){1,4}|[a-z]{2,5}|\*{1,3}(?:/[a-z]{2,5})?"
    r"|[A-Z]{1,2}-\d{1,2}|[A-Z]{2,3}/[A-Z]{2,3})[)\]]\.?$)"
)
_CREDIT = re.compile(
    r"\b(?:foto|photo|dok(?:umentasi)?|ilustrasi|sumber|kredit|credit)\b\s*[:./(]|©|/(?:antara|afp|reuters|ap|ist)\b"
    r"|^ilustrasi\b|getty\s*images|shutterstock|istimewa\)",
    re.IGNORECASE,
)
_CLOSING = "\"'”’)"


def kind(text: str) -> Line | None:
    """What the whole of a line is, or None for text."""
    if len(text) > _LONGEST:
        return None
    return next((line for line, pattern in _COMPILED if pattern.fullmatch(text)), None)


def without_signature(text: str) -> str:
    """A last paragraph without the initials of who wrote it: "… katanya. (fyk/ash)"."""
    return _SIGNATURE.sub("", text)


def without_insets(text: str) -> str:
    """A paragraph without the other articles named in brackets in its midst: "(Baca: …)"."""
    return _INSET.sub("", text)


def names_its_source(text: str) -> bool:
    """Whether a line credits a picture, as captions do and sentences do not."""
    return bool(_CREDIT.search(text))


def is_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    return text.rstrip(_CLOSING + " ").endswith((".", "!", "?", ":", ","))
