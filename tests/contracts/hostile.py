"""Titles that try to be more than titles."""

from __future__ import annotations

import random
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = 1000
NASTY = (
    "<!channel>",
    "<!here|here>",
    "<@U123ABC>",
    "<@123456789012345678>",
    "<t:1546398000:R>",
    "<at>Ani</at>",
    "<https://jahat.example|klik di sini>",
    "[klik](https://jahat.example)",
    "||rahasia||",
    "# judul besar",
    "- butir",
    "1. butir",
    "> kutipan",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mark></p></body>",
    '"><a href="https://jahat.example">',
    "&lt;!channel&gt;",
    "&amp;amp;",
    "@everyone @here",
    "@redaksi_jahat",
    "/start #topik $USD",
    "*tebal* _miring_ ~coret~ `kode`",
    "\\*tebal\\* \\\\",
    "```\nblok\n```",
    "=?UTF-8?Q?=0D=0A?=Bcc: korban@jahat.example",
    "=?utf-8?b?DQpCY2M6IHg=?=",
    "=?=?utf-8?q?x?=?=",
    "\r\nBcc: korban@jahat.example",
    "\nX-Jahat: 1\n\n<h1>isi</h1>",
    "\x0b\x0c\x85\u2028\u2029Bcc: korban@jahat.example",
    "\u202eterbalik\u202c",
    "\u2066\u200b\ufeff",
    "\x1b[31mmerah\x1b[0m\x07",
    "\x00nol",
    "%s %(nama)s {0} ${HOME} {{7*7}} {% raw %}",
    "{{DATE(2019-01-02T03:18:00Z, SHORT)}}",
    "Kabupaten\u00ad Gowa — “Suriah”",
    "e\u0301ra 🇮🇩 👩\u200d👧",
    "a" * 300,
    "kata " * 100,
    "&<" * 150,
    ":rotating_light:",
    "http://jahat.example/?a=1&b=2",
    "jahat.example",
    "+6281234567890",
    ".",
)


def hostile_titles() -> Iterator[str]:
    """Nasty pieces in every mixture, the same in every run."""
    rng = random.Random(20190102)
    yield from NASTY
    yield ""
    for _ in range(COUNT - len(NASTY) - 1):
        pieces = rng.choices(NASTY, k=rng.randint(1, 4))
        yield rng.choice(("", " ", "Suriah ")).join(pieces)


def without_effect(text: str) -> str:
    """What may be seen of a text: its characters but those that cannot be seen, spaces made one."""
    shown = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    unseen = ("Cc", "Cf", "Cs", "Co", "Cn")
    shown = "".join(
        c for c in shown if c in "\u200c\u200d" or unicodedata.category(c) not in unseen
    )
    return " ".join(unicodedata.normalize("NFC", shown).split())
