"""The stages of an article's way toward a watchlist: what the facts tell of each. Pure.

Each function turns some of the facts into a verdict and lines for people; which stages there are, and
in which order, is data: STAGES.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from alerts.outbox.retry import State
from alerts.policy.judging import Why
from core.text import count, excerpt
from crawler.intake import Origin
from crawler.outcomes import ANNOUNCED
from monitor.decisions import SAID, Decision
from monitor.why.journey import Journey, Stage, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alerts.outbox.history import AlertJourney, DeliveryJourney
    from crawler.provenance import AnnouncedPage
    from monitor.why.explaining import Clause
    from monitor.why.journey import Facts, Membership, SiteFacts
    from monitor.why.match_history import RecordedMatch


def journey(facts: Facts) -> Journey:
    """The journey that the facts tell of."""
    tellers = STAGES if facts.tombstone is None else (_pruned,)
    stages = tuple(stage for tell in tellers for stage in tell(facts))
    return Journey(url=facts.url, watchlist=facts.watchlist.name, stages=stages)


_SHOWN = 80
"""Characters of a clause that a line names."""


def _passed(name: str, *lines: str, clause: Clause | None = None) -> Stage:
    return Stage(name=name, verdict=Verdict.PASSED, lines=lines, clause=clause)


def _stopped(name: str, *lines: str, clause: Clause | None = None) -> Stage:
    return Stage(name=name, verdict=Verdict.STOPPED, lines=lines, clause=clause)


def _unknown(name: str, *lines: str) -> Stage:
    return Stage(name=name, verdict=Verdict.UNKNOWN, lines=lines)


def _pruned(facts: Facts) -> Iterator[Stage]:
    """All that is known of an article that was pruned."""
    buried = facts.tombstone
    if buried is not None:
        yield _stopped(
            "pruned",
            f"it was pruned {facts.at(buried.pruned_at)}, because it was older than `keep:` says",
            f"article {buried.article} of {buried.site}, first seen {facts.at(buried.first_seen_at)}",
            "it will not be read, stored or told again",
        )


# From the site into the archive -------------------------------------------------------------------


def _announced(facts: Facts) -> Iterator[Stage]:
    if facts.pages:
        yield _passed("announced", *map(partial(_told_of_announcement, facts), facts.pages))
    elif facts.stored is not None:
        yield _unknown("announced", f"by no source: it came by {facts.stored.origin}")
    else:
        yield _stopped("announced", "no source announced this address", *_never_seen(facts))


def _told_of_announcement(facts: Facts, page: AnnouncedPage) -> str:
    by = ", ".join(page.announced_by) or page.site
    again = (
        f", last {facts.at(page.last_listed_at)}"
        if page.last_listed_at > page.first_listed_at
        else ""
    )
    other = f" as {page.url}" if page.url != facts.url else ""
    return f"by {by}{other}, first {facts.at(page.first_listed_at)}{again}"


def _never_seen(facts: Facts) -> Iterator[str]:
    """What is known around an address that nobody announced."""
    if not facts.sites:
        yield "its site is not under `sites:`; `siaga add` puts it there"
    for site in facts.sites:
        yield from _of_site(site, facts)
    for url in facts.near:
        yield f"known, and near: {url}"


def _of_site(site: SiteFacts, facts: Facts) -> Iterator[str]:
    yield f"its site is {site.name}" + (f": {site.problem}" if site.problem else "")
    if not site.sources:
        yield f"no source of {site.name} is known yet; `siaga run` finds them"
    for source in site.sources:
        looked = (
            f"last looked at {facts.at(source.looked_at)}"
            if source.looked_at
            else "never looked at"
        )
        came = f", {source.outcome}" if source.outcome else ""
        why = f" ({source.detail})" if source.detail else ""
        yield f"{source.kind or 'source'} {source.url}: {looked}{came}{why}"
    if site.robots_allow is False:
        yield "robots.txt asks us not to read this address"


def _fetched(facts: Facts) -> Iterator[Stage]:
    if not facts.pages:
        if facts.stored is None:
            yield _unknown("fetched")
        return
    lines = [_told_of_fetch(page, facts) for page in facts.pages]
    if facts.stored is None and any(page.outcome == ANNOUNCED for page in facts.pages):
        yield _unknown("fetched", *lines)
    elif facts.stored is None:
        yield _stopped("fetched", *lines)
    elif facts.stored.article.thin:
        yield _passed("fetched", *lines, "what its source says of it stands in for its page")
    else:
        yield _passed("fetched", *lines)


def _told_of_fetch(page: AnnouncedPage, facts: Facts) -> str:
    if page.outcome == ANNOUNCED:
        return "not yet: it was announced, and is to be read at the next look at its site"
    status = f" (HTTP {page.status})" if page.status else ""
    detail = f": {page.detail}" if page.detail else ""
    after = f", the next {facts.at(page.next_try_at)}" if page.next_try_at else ""
    return f"{page.outcome}{status}{detail}, after {count(page.tries, 'try', 'tries')}{after}"


def _extracted(facts: Facts) -> Iterator[Stage]:
    if facts.stored is None:
        yield _unknown("extracted")
        return
    article = facts.stored.article
    evidence = (f"{name}: {source}" for name, source in sorted(article.evidence.items()))
    published = article.published_at or article.published_on
    when = facts.at(published) if isinstance(published, datetime) else published
    yield _passed(
        "extracted", f"{article.title!r}, published {when or 'nobody knows when'}", *evidence
    )


def _kept(facts: Facts) -> Iterator[Stage]:
    stored = facts.stored
    if stored is None:
        yield _unknown("stored")
        return
    revision = f", revision {stored.revision}" if stored.revision > 1 else ""
    yield _passed(
        "stored",
        f"article {stored.id}{revision}, first seen {facts.at(stored.first_seen_at)} ({stored.origin})",
        *(f"also at {other.url} ({other.reason})" for other in facts.others),
    )


def _story(facts: Facts) -> Iterator[Stage]:
    member, kinship = facts.membership, facts.kinship
    if member is None:
        yield _unknown("story")
        return
    lines = [f"story {member.story}: {member.role} of {_pieces(member)}"]
    if facts.stored is not None and member.original_url != facts.stored.article.url:
        lines.append(f"the original is {member.original_url}")
    if kinship is not None and kinship.nearest is not None:
        lines.append(
            f"compared with article {kinship.nearest}: {kinship.verdict}, "
            f"{kinship.covered:.0%} of it stands there"
        )
    if kinship is not None and kinship.credit:
        lines.append(f"it credits {kinship.credit}")
    yield _passed("story", *lines)


def _pieces(member: Membership) -> str:
    if member.pieces == 1:
        return "1 piece"
    return f"{member.pieces} pieces, {member.independent} written independently"


# Toward the watchlist -----------------------------------------------------------------------------


def _concerned(facts: Facts) -> Iterator[Stage]:
    """Whether articles of this site and language concern the watchlist at all."""
    watchlist, stored = facts.watchlist, facts.stored
    if stored is None:
        yield _unknown("concerns")
        return
    site, language = stored.article.site, stored.article.language
    if watchlist.covers(site, language):
        yield _passed("concerns", f"articles of {site}, language {language or 'unknown'}")
    elif not watchlist.covers(site):
        yield _stopped(
            "concerns", f"the watchlist is not about articles of {site} (sites, regions)"
        )
    else:
        asked = ", ".join(sorted(watchlist.languages))
        yield _stopped("concerns", f"it is in {language!r}, and the watchlist asks for {asked}")


def _matched(facts: Facts) -> Iterator[Stage]:
    clause, match = facts.clause, facts.match
    if facts.stored is not None and facts.stored.text_pruned_at is not None:
        yield _matched_by_a_text_that_went(facts, facts.stored.text_pruned_at)
    elif clause is None:
        yield _unknown("matched")
    elif match is not None:
        yield _passed("matched", *_told_of_match(facts, match, clause), clause=clause)
    elif not clause.holds:
        failing = clause.failing() or clause
        yield _stopped("matched", f"{excerpt(failing.text, _SHOWN)}: {failing.said}", clause=clause)
    else:
        yield _not_recorded(facts, clause)


def _matched_by_a_text_that_went(facts: Facts, pruned_at: datetime) -> Stage:
    """What is recorded of an article of which only the headline is left."""
    went = f"its text was pruned {facts.at(pruned_at)}"
    if facts.match is not None:
        return _passed("matched", _met(facts, facts.match), went)
    return _unknown("matched", f"no match is recorded, and {went}")


def _met(facts: Facts, match: RecordedMatch) -> str:
    words = ", ".join(dict.fromkeys(span.text for span in match.spans))
    return f"{facts.at(match.matched_at)}, by {words or 'what it does not say'}"


def _told_of_match(facts: Facts, match: RecordedMatch, clause: Clause) -> Iterator[str]:
    yield _met(facts, match)
    if not clause.holds:
        yield f"by version {match.version} of the watchlist; as written now it would not match"


def _not_recorded(facts: Facts, clause: Clause) -> Stage:
    """The query holds and no match is recorded: not read yet, or read by another version."""
    if facts.place is None:
        why = "it would match; the watchlist was not loaded yet (`siaga run` does)"
        return Stage(name="matched", verdict=Verdict.UNKNOWN, lines=(why,), clause=clause)
    if not facts.log or facts.log[-1].seq > facts.read_to:
        why = "it would match; the watchlist has not read so far yet (`siaga run` does)"
        return Stage(name="matched", verdict=Verdict.UNKNOWN, lines=(why,), clause=clause)
    lines = ["it would match as the watchlist is written now, and did not when it was read"]
    lines += [
        f"version {one.version}, from {facts.at(one.loaded_at)}: {one.query}"
        for one in facts.versions
    ]
    return _stopped("matched", *lines, clause=clause)


# From the match to people -------------------------------------------------------------------------


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


def _decided(facts: Facts) -> Iterator[Stage]:
    """One stage for each reason that might have kept the alert back."""
    decided = facts.match.decision if facts.match is not None else None
    known = [gate.decision for gate in GATES]
    if decided is not None and decided not in (*known, Decision.ALERT):
        yield _stopped("decided", decided)
        return
    reached = facts.match is not None
    for gate in _asked(facts):
        if decided == gate.decision:
            reached = False
            yield _stopped(gate.name, SAID[gate.decision], *_more_of(gate, facts))
        elif reached:
            yield _passed(gate.name, gate.clear)
        else:
            yield _unknown(gate.name)


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


def _alerted(facts: Facts) -> Iterator[Stage]:
    own = _own_alerts(facts)
    for alert in own:
        yield _passed("alert", f"alert {alert.id}, {facts.at(alert.created_at)}")
    if not own:
        yield _unknown("alert")


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


def _delivered(facts: Facts) -> Iterator[Stage]:
    deliveries = [one for alert in _own_alerts(facts) for one in alert.deliveries]
    for one in deliveries:
        if one.withheld is not None:
            lines = (f"{_addressee(one)}: {one.withheld}", *_told_of_delivery(one, facts))
            yield _stopped(_WISHES.get(one.withheld, "delivery"), *lines)
        else:
            verdict = _OF_STATE.get(one.state, Verdict.UNKNOWN)
            yield Stage(name="delivery", verdict=verdict, lines=_told_of_delivery(one, facts))
    if not deliveries:
        yield _unknown("delivery")


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


STAGES: tuple[Callable[[Facts], Iterator[Stage]], ...] = (
    _announced,
    _fetched,
    _extracted,
    _kept,
    _story,
    _concerned,
    _matched,
    _decided,
    _alerted,
    _delivered,
)
"""What an article passes, in order; each tells one stage or more."""
