"""The matchers of watchlists that are edited while they are used: built seldom, edited often."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from monitor.matching.matcher import Matcher
from monitor.matching.word_shares import MANY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.matching.matcher import Watchlist

    Shares = Callable[[], Mapping[str, float]]

_FEW = 10
"""One watchlist in so many may have changed before a matcher is built anew."""


class _Built(NamedTuple):
    watchlists: Mapping[str, Watchlist]
    matcher: Matcher


class Matchers:
    """Makes a matcher for any choice of the watchlists; for one thread.

    To build one of a hundred thousand watchlists takes seconds, in which nothing is matched; to edit it,
    milliseconds. Of fewer than `many` each is built anew.
    """

    def __init__(self, *, many: int = MANY) -> None:
        self._many = many
        self._watchlists: Mapping[str, Watchlist] = {}
        self._made: dict[tuple[str, ...], Matcher] = {}
        self._latest: tuple[tuple[str, ...], Matcher] | None = None
        self._large: _Built | None = None

    def apply(self, watchlists: Mapping[str, Watchlist]) -> None:
        """Use these watchlists, by name, from now on."""
        self._watchlists = watchlists
        self._made.clear()
        self._latest = None

    def of(self, names: tuple[str, ...], shares: Shares) -> Matcher:
        """The matcher of the watchlists of these names; `shares` says how common words are."""
        # The very same names, as a rule: to hash a hundred thousand takes as long as to match them.
        if self._latest is None or self._latest[0] is not names:
            if names not in self._made:
                self._made[names] = self._edited(names) or self._built(names, shares)
            self._latest = names, self._made[names]
        return self._latest[1]

    def _edited(self, names: tuple[str, ...]) -> Matcher | None:
        """The large one with what has changed since it was built; None when that is too much."""
        if self._large is None:
            return None
        before = self._large.watchlists
        put = [
            self._watchlists[name] for name in names if before.get(name) != self._watchlists[name]
        ]
        drop = before.keys() - set(names)
        if (len(put) + len(drop)) * _FEW > len(before):
            return None
        return self._large.matcher.edited(put, drop)

    def _built(self, names: tuple[str, ...], shares: Shares) -> Matcher:
        chosen = {name: self._watchlists[name] for name in names}
        is_large = len(chosen) >= self._many
        matcher = Matcher(chosen.values(), shares=shares() if is_large else None)
        if is_large:
            self._large = _Built(chosen, matcher)
        return matcher
