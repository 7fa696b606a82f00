"""A digest: several alerts in one message, read from the tables when it is first sent. Pure."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # a dataclass whose types are read at run time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from alerts.alert import Alert, AlsoIn

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the sites were looked at with success."""

    covered: int
    sites: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The newest of its alerts (at most MOST_SHOWN, newest first), and how many it has in all.

    `ids` are those that the messages of its alerts would have had. `number` is that of its delivery, by
    which `siaga alerts --digest` lists all of it.
    """

    story: ClassVar[int] = -1  # digests are kept in order among themselves

    number: int = 0
    total: int = 0
    alerts: tuple[Alert, ...] = ()
    ids: tuple[str, ...] = ()
    coverage: Coverage | None = None

    @property
    def left_out(self) -> int:
        return self.total - len(self.alerts)

    def for_watchlists(self, names: object) -> Self:  # noqa: ARG002  # its alerts are chosen already
        return self

    def to_data(self) -> dict[str, Any]:
        """Nothing but what the tables do not hold."""
        coverage = self.coverage
        return {} if coverage is None else {"covered": coverage.covered, "sites": coverage.sites}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The digest without its alerts; raises TypeError for what to_data did not write."""
        return cls(coverage=Coverage(**data) if data else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """That a story which was told stands elsewhere too by now.

    `alert` is what was told first, with every outlet in `also_in`; `fresh` are those not told yet.
    """

    alert: Alert
    fresh: tuple[AlsoIn, ...]

    @property
    def story(self) -> int:
        return self.alert.story

    @property
    def outlets(self) -> int:
        """How many outlets carry the story."""
        return 1 + len(self.alert.also_in)

    def for_watchlists(self, names: Iterable[str]) -> Self:
        return replace(self, alert=self.alert.for_watchlists(tuple(names)))

    def to_data(self) -> dict[str, Any]:
        """As JSON data; the inverse of from_data."""
        fresh = [{"site": other.site, "url": other.url} for other in self.fresh]
        return {"alert": self.alert.to_data(), "fresh": fresh}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or TypeError for what to_data did not write."""
        fresh = tuple(AlsoIn(**other) for other in data["fresh"])
        return cls(alert=Alert.from_data(data["alert"]), fresh=fresh)


def joined(alerts: Iterable[Alert]) -> Alert:
    """One alert of one story or more of its pieces, in the order in which they came.

    It shows the first piece, names every watchlist that any of them met, and says where the others stand.
    """
    first, *others = alerts
    for other in others:
        first = _with(first, other)
    return first


def _with(alert: Alert, other: Alert) -> Alert:
    article = other.article
    stands_in = AlsoIn(site=article.get("site") or "", url=article.get("url") or "")
    elsewhere = with_outlets(alert, (stands_in, *other.also_in))
    return replace(
        elsewhere,
        watchlists=tuple(dict.fromkeys((*alert.watchlists, *other.watchlists))),
        matched=tuple(dict.fromkeys((*alert.matched, *other.matched))),
    )


def with_outlets(alert: Alert, outlets: Iterable[AlsoIn]) -> Alert:
    """The alert with these outlets besides those that it has; each site is named once."""
    named = {alert.article.get("site") or "", *(one.site for one in alert.also_in)}
    new: list[AlsoIn] = []
    for one in outlets:
        if one.site and one.site not in named:
            named.add(one.site)
            new.append(one)
    return replace(alert, also_in=(*alert.also_in, *new))


def may_be_joined(alert: Alert, other: Alert) -> bool:
    """Whether two alerts of one story can be one.

    Not two pieces of one site, each of which may be news, nor what became of an article.
    """
    if alert.change or other.change:
        return False
    one, two = alert.article, other.article
    same_page = one.get("canonical_url") == two.get("canonical_url")
    return same_page or one.get("site") != two.get("site")


def grouped(told: Iterable[tuple[str, Alert]]) -> list[tuple[str, Alert]]:
    """The alerts with those of one story made one, where they may be; in the order in which stories came.

    Each alert has the id of its message; those that are made one have that of the first.
    """
    entries: dict[int, list[list[tuple[str, Alert]]]] = {}
    for one in told:
        groups = entries.setdefault(one[1].story, [])
        group = next((group for group in groups if may_be_joined(group[0][1], one[1])), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return [
        (group[0][0], joined(alert for _, alert in group))
        for groups in entries.values()
        for group in groups
    ]
