"""The forms of an Indonesian root: what `~serang` takes (menyerang, diserang, penyerangan, serangan).

Forms are generated from the root, which the user gives, and never guessed from a word: nothing is
stemmed, so no name can lose its end. The rules are those of Sneddon, Indonesian: A Comprehensive
Grammar, 1.3-1.190; where the press also writes a form that the grammar rejects (mempengaruhi,
mensukseskan), both are taken. Clitics are no affixes: every word takes them (monitor.query.clitics).
Pure.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from monitor.query.shield import IRREGULAR, NAMES, SHIELDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST_ROOT = 3

_VOWELS = frozenset("aeiou")
_NASALS = {
    **dict.fromkeys("lmnrwy", ""),
    **dict.fromkeys("bfv", "m"),
    **dict.fromkeys("dcjz", "n"),
    **dict.fromkeys("gh", "ng"),
    **dict.fromkeys(_VOWELS, "ng"),
}
"""What meN- and peN- put before a first letter that stays."""
_MELTING = {"p": "m", "t": "n", "k": "ng", "s": "ny"}
"""What they put in its place."""
_BESIDE = {"p": "m", "t": "n", "k": "ng", "s": "n"}
"""What they put before it where it stays all the same: loans, clusters, the press."""

_VERB = ("", "kan", "i")


@lru_cache(maxsize=4096)
def forms(root: str) -> frozenset[str]:
    """The folded root and every word made of it by affixes; only the root when it is a name."""
    if root in NAMES:
        return frozenset((root,))
    made = {_joined(root, before, after) for before, after in _affixes(root)}
    known = made.difference(SHIELDED, NAMES) | IRREGULAR.get(root, frozenset())
    return frozenset(known | {root})


@lru_cache(maxsize=4096)
def usual_forms(root: str) -> frozenset[str]:
    """Those of its forms that most roots have: one affix before, one behind, joined as the grammar has it."""
    first = [(_nasal(root, prefix) or [prefix + root])[0] for prefix in ("me", "pe")]
    verb, agent = first
    ber, per = _with_r(root, "be")[0], _with_r(root, "pe")[0]
    before = [verb, "di" + root, "ter" + root]
    usual = {_joined(root, one, after) for one, after in product(before, _VERB)}
    usual |= {agent, agent + "an", per + "an", ber, ber + "an", f"ke{root}an"}
    usual |= {root + after for after in ("", "an", "kan", "i")} | IRREGULAR.get(root, frozenset())
    return forms(root) & usual


def _affixes(root: str) -> Iterator[tuple[str, str]]:
    """What stands before and after: before is written out with what it does to the root's beginning."""
    agent = [*_nasal(root, "pe"), "pe" + root]
    ber, per = _with_r(root, "be"), _with_r(root, "pe")
    yield from product([*_nasal(root, "me"), "di" + root, "ter" + root], _VERB)
    yield from product(per, (*_VERB, "an"))
    yield from product(_each(("mem", "di", "ter"), per), _VERB)
    yield from product(ber, ("", "an", "kan"))
    yield from product(_each(("mem", "di"), ber), ("kan",))
    yield from product(agent, ("", "an"))
    yield from product(
        [
            "ke" + root,
            "keter" + root,
            "berke" + root,
            *_each(("ke", "pem"), ber),
            *_each(("ke", "ber", "se"), agent),
        ],
        ("an",),
    )
    yield from (("pemer" + root, ""), (root, "kan"))
    if _syllables(root) > 1:  # "kaki" is no kak-i, "hutan" no hut-an, "setan" no se-tan
        yield from ((root, "i"), (root, "an"), ("se" + root, ""))


def _joined(root: str, before: str, after: str) -> str:
    # -i is not written onto an i: "beri" has memberi, and no "memberii".
    return before if after == "i" and root.endswith("i") else before + after


def _each(prefixes: Iterable[str], stems: Iterable[str]) -> list[str]:
    return [prefix + stem for prefix, stem in product(prefixes, stems)]


def _nasal(root: str, prefix: str) -> list[str]:
    """The root behind meN- or peN-, in every way in which the two may join."""
    first = root[0]
    joined = []
    if first in _MELTING and not root.startswith("kh"):
        joined.append(prefix + _MELTING[first] + root[1:])
    nasal = _BESIDE.get(first) or _NASALS.get(first)
    if nasal is not None:
        joined.append(prefix + nasal + root)
    if _syllables(root) == 1:
        joined.append(prefix + "nge" + root)
    return joined


def _with_r(root: str, prefix: str) -> list[str]:
    """The root behind ber- or per-, which lose their r before another (berenang, bekerja)."""
    if root[0] == "r":
        return [prefix + root]
    kept = prefix + "r" + root
    return [prefix + root, kept] if _first_syllable_ends_in_er(root) else [kept]


def _first_syllable_ends_in_er(root: str) -> bool:
    """As in kerja, ternak and serta, not as in beri."""
    start = 0
    while start < len(root) and root[start] not in _VOWELS:
        start += 1
    after = root[start + 2 : start + 3]
    return root[start : start + 2] == "er" and bool(after) and after not in _VOWELS


def _syllables(root: str) -> int:
    """The number of runs of vowels."""
    return sum(
        one in _VOWELS and (index == 0 or root[index - 1] not in _VOWELS)
        for index, one in enumerate(root)
    )
