"""What may stand beside a NEAR, and what may be counted. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from monitor.query.nodes import Exact, Or, Pattern, Phrase

if TYPE_CHECKING:
    from monitor.query.nodes import Counted, NearSide, Query


def may_be_near(side: Query) -> TypeGuard[NearSide]:
    """Whether a query stands at words, which a NEAR can measure between."""
    if isinstance(side, Or):
        return all(map(may_be_near, side.parts))
    return isinstance(side, Phrase | Exact)


def may_be_counted(part: Query) -> TypeGuard[Counted]:
    """Whether a query has mentions."""
    if isinstance(part, Or):
        return all(map(may_be_counted, part.parts))
    return isinstance(part, Phrase | Exact | Pattern)
