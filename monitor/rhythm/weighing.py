"""How much an hour's delay of each site's news matters: by how often its articles meet watchlists. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_STRENGTH = 50.0  # articles that a site must bring before its own share outweighs the mean
_LEAST, _MOST = 0.25, 9.0  # looks go by the root: half to three times as many as for a mean site


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """What a site brought of late: articles, and how many of them met a watchlist."""

    articles: int = 0
    matching: int = 0


def weights(yields: Mapping[str, Yield]) -> Mapping[str, float]:
    """The weight of each site: the share of its articles that meet a watchlist, as multiples of the mean.

    A site of which little is known is a mean one; where nothing has met a watchlist yet, all are alike.
    """
    articles = sum(one.articles for one in yields.values())
    matching = sum(one.matching for one in yields.values())
    if not matching:
        return dict.fromkeys(yields, 1.0)
    mean = matching / articles
    return {site: _weight(one, mean) for site, one in yields.items()}


def _weight(one: Yield, mean: float) -> float:
    share = (one.matching + _STRENGTH * mean) / (one.articles + _STRENGTH)
    return min(max(share / mean, _LEAST), _MOST)
