"""The stages from a match to people: whether it was told, and what became of its deliveries. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.outbox.retry import State
from alerts.policy.judging import Why
from crawler.intake import Origin
from monitor.decisions import SAID, Decision
from monitor.why.journey import Stage, Verdict, passed, stopped, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.outbox.history import AlertJourney, DeliveryJourney
    from monitor.why.journey import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One reason for which a match is told to nobody, and how it is told that it did not hold."""

    name: str
    decision: Decision
    clear: str


GATES = (
    Gate(name="repeated", decision=Decision.REPEATED, clear="nobody had been told of this story"),
    Gate(name="channels", decision=Decision.NOBODY, clear="the watchlist notifies somebody"),
    Gate(name="muted", decision=Decision.MUTED, clear="the watchlist was not muted"),
    Gate(name="independent", decision=Decision.TOO_FEW, clear="enough publishers wrote it"),
    Gate(name="imported", decision=Decision.IMPORTED, clear="it may alert"),
    Gate(
        name="site baseline",
        decision=Decision.SITE_BASELINE,
        clear="its site's first look did not hold it back",
    ),
    Gate(
        name="watchlist baseline",
        decision=Decision.WATCHLIST_BASELINE,
        clear="the watchlist's beginning did not hold it back",
    ),
    Gate(name="age", decision=Decision.TOO_OLD, clear="its age did not hold it back"),
)
"""In the order in which monitor.decisions asks."""


def decided(facts: Facts) -> Iterator[Stage]:
    """One stage for each reason that might have kept the alert back."""
    found = facts.match.decision if facts.match is not None else None
    known = [gate.decision for gate in GATES]
    if found is not None and found not in (*known, Decision.ALERT):
        yield stopped("decided", found)
        return
    reached = facts.match is not None
    for gate in _asked(facts):
        if found == gate.decision:
            reached = False
            yield stopped(gate.name, SAID[gate.decision], *_more_of(gate, facts))
        elif reached:
            yield passed(gate.name, gate.clear)
        else:
            yield unknown(gate.name)


def _asked(facts: Facts) -> Iterator[Gate]:
    """The gates on an article's way: one that was imported with --alert has none behind its import."""
    asked_for = facts.stored is not None and facts.stored.origin == Origin.IMPORT_ALERT
    for gate in GATES:
        yield gate
        if asked_for and gate.decision is Decision.IMPORTED:
            return


def _more_of(gate: Gate, facts: Facts) -> Iterator[str]:
    """What the facts add to a reason."""
    watchlist, stored, member = facts.watchlist, facts.stored, facts.membership
    match gate.decision:
        case Decision.REPEATED:
            yield from (
                f"alert {one.id}, {facts.at(one.created_at)}: {one.url}" for one in facts.alerts
            )
        case Decision.MUTED if watchlist.mute_until is not None:
            yield f"mute_until: {facts.at(watchlist.mute_until)}"
        case Decision.TOO_FEW if member is not None:
            yield f"now {member.independent} wrote it, and {watchlist.min_independent} are asked for"
        case Decision.SITE_BASELINE if facts.pages:
            yield f"announced by {', '.join(facts.pages[0].announced_by)} at its first look"
        case Decision.WATCHLIST_BASELINE if facts.versions:
            yield f"the watchlist was first loaded {facts.at(facts.versions[0].loaded_at)}"
        case Decision.TOO_OLD if stored is not None:
            yield f"crawl.max_age is {_days(facts.max_age)}"


def _days(span: timedelta) -> str:
    days = span / timedelta(days=1)
    return f"{days:g} day{'' if days == 1 else 's'}"


def alerted(facts: Facts) -> Iterator[Stage]:
    own = _own_alerts(facts)
    for alert in own:
        yield passed("alert", f"alert {alert.id}, {facts.at(alert.created_at)}")
    if not own:
        yield unknown("alert")


def _own_alerts(facts: Facts) -> list[AlertJourney]:
    """The alerts that tell of this very article."""
    if facts.stored is None:
        return []
    address = facts.stored.article.canonical_url
    return [one for one in facts.alerts if one.canonical_url == address]


_OF_STATE = {
    State.SENT: Verdict.PASSED,
    State.MERGED: Verdict.PASSED,
    State.DEAD: Verdict.STOPPED,
}
_WISHES = {Why.SILENCED: "silenced", Why.ACKNOWLEDGED: "acknowledged"}
"""The stage at which people themselves asked to hear nothing."""


def delivered(facts: Facts) -> Iterator[Stage]:
    deliveries = [one for alert in _own_alerts(facts) for one in alert.deliveries]
    for one in deliveries:
        if one.withheld is not None:
            lines = (f"{_addressee(one)}: {one.withheld}", *_told_of_delivery(one, facts))
            yield stopped(_WISHES.get(one.withheld, "delivery"), *lines)
        else:
            verdict = _OF_STATE.get(one.state, Verdict.UNKNOWN)
            yield Stage(name="delivery", verdict=verdict, lines=_told_of_delivery(one, facts))
    if not deliveries:
        yield unknown("delivery")


def _addressee(delivery: DeliveryJourney) -> str:
    return f"{delivery.channel} {delivery.recipient}".strip()


def _told_of_delivery(delivery: DeliveryJourney, facts: Facts) -> tuple[str, ...]:
    due = f", the next try {facts.at(delivery.next_try_at)}" if delivery.next_try_at else ""
    state = f"{_addressee(delivery)}: {delivery.state}{due} (delivery {delivery.id})"
    tries = (
        f"try {one.number}, {facts.at(one.started_at)}: {one.outcome or 'under way'}"
        + (f" ({one.detail})" if one.detail else "")
        for one in delivery.tries
    )
    waits = (delivery.waits_for,) if delivery.waits_for else ()
    return (state, *tries, *waits, *delivery.notes)
