"""The Indonesian clitics: the little words written onto the end of another (Suriahnya, Suriah-lah).

A word takes one possessive (-nya -ku -mu), then one particle (-lah -kah -pun), as in "rumahkulah"
(Sneddon, Indonesian: A Comprehensive Grammar, 1.25-1.27). Pure.
"""

from __future__ import annotations

POSSESSIVES = ("nya", "ku", "mu")
PARTICLES = ("lah", "kah", "pun")
ENDINGS = frozenset(
    (
        *POSSESSIVES,
        *PARTICLES,
        *(possessive + particle for possessive in POSSESSIVES for particle in PARTICLES),
    )
)
"""Every way in which clitics follow a word."""
CLITICS = POSSESSIVES + PARTICLES
"""How every word with a clitic on it ends; so do others."""

_SHORTEST_ROOT = 2

# Words that only end like one with a clitic: "sekolah" is no "seko", Maluku no "malu", a "kalah" no
# KA. Without these a watchlist on a short name would meet everyday words.
_WHOLE = (
    "adalah allah belah bersalah bermasalah bersekolah berjumlah bilah celah delilah "
    "diolah istilah jumlah kalah lelah majalah makalah malah masalah membelah memilah "
    "mengolah nabilah olah pilah salah sebelah sebilah sejumlah sekolah seolah setelah "
    "telah ulah berkah langkah makkah mekah mekkah melangkah menikah nafkah naskah nikah "
    "sedekah selangkah serakah syarikah tingkah ampun dihimpun himpun menghimpun rumpun "
    "serumpun aku baku bangku beku berlaku berperilaku buku kaku laku maluku mangku "
    "membeku mengaku paku pangku pelaku pemangku perilaku riku saku selaku siku suku "
    "tengku teuku tungku bertamu bertemu dijamu ilmu jamu jemu kamu ketemu kualanamu "
    "menjamu meramu namu penemu ramu semu tamu temu bertanya catalunya ditanya hanya "
    "kenya menanya punya sonya tanya"
)
_WHOLE_WORDS = frozenset(_WHOLE.split())
_NAME_ENDING = "ullah"  # Abdullah and Saifullah are other people than Abdul and Saiful


def roots(word: str) -> tuple[str, ...]:
    """What a folded word is without its clitics: ("rumahku", "rumah") for "rumahkulah"."""
    outer = _without_clitic(word, CLITICS)
    if outer is None:
        return ()
    if not word.endswith(PARTICLES):
        return (outer,)
    inner = _without_clitic(outer, POSSESSIVES)
    return (outer,) if inner is None else (outer, inner)


def forms(word: str) -> tuple[str, ...]:
    """The folded word and all that it may look like with clitics written onto it."""
    return (word, *(word + ending for ending in sorted(ENDINGS)))


def _without_clitic(word: str, clitics: tuple[str, ...]) -> str | None:
    if not word.endswith(clitics) or word in _WHOLE_WORDS or word.endswith(_NAME_ENDING):
        return None
    root = word[: -2 if word.endswith(("ku", "mu")) else -3]
    return root if len(root) >= _SHORTEST_ROOT else None
