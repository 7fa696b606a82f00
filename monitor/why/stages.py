"""The stages of an article's way toward a watchlist: what the facts tell of each. Pure.

Each function turns some of the facts into a verdict and lines for people; which stages there are, and
in which order, is data: STAGES.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from core.text import count, excerpt
from crawler.outcomes import ANNOUNCED
from monitor.why.journey import Journey, Stage, Verdict, passed, stopped, unknown
from monitor.why.people import alerted, decided, delivered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def _pruned(facts: Facts) -> Iterator[Stage]:
    """All that is known of an article that was pruned."""
    buried = facts.tombstone
    if buried is not None:
        yield stopped(
            "pruned",
            f"it was pruned {facts.at(buried.pruned_at)}, because it was older than `keep:` says",
            f"article {buried.article} of {buried.site}, first seen {facts.at(buried.first_seen_at)}",
            "it will not be read, stored or told again",
        )


# From the site into the archive -------------------------------------------------------------------


def _announced(facts: Facts) -> Iterator[Stage]:
    if facts.pages:
        yield passed("announced", *map(partial(_told_of_announcement, facts), facts.pages))
    elif facts.stored is not None:
        yield unknown("announced", f"by no source: it came by {facts.stored.origin}")
    else:
        yield stopped("announced", "no source announced this address", *_never_seen(facts))


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
            yield unknown("fetched")
        return
    lines = [_told_of_fetch(page, facts) for page in facts.pages]
    if facts.stored is None and any(page.outcome == ANNOUNCED for page in facts.pages):
        yield unknown("fetched", *lines)
    elif facts.stored is None:
        yield stopped("fetched", *lines)
    elif facts.stored.article.thin:
        yield passed("fetched", *lines, "what its source says of it stands in for its page")
    else:
        yield passed("fetched", *lines)


def _told_of_fetch(page: AnnouncedPage, facts: Facts) -> str:
    if page.outcome == ANNOUNCED:
        return "not yet: it was announced, and is to be read at the next look at its site"
    status = f" (HTTP {page.status})" if page.status else ""
    detail = f": {page.detail}" if page.detail else ""
    after = f", the next {facts.at(page.next_try_at)}" if page.next_try_at else ""
    return f"{page.outcome}{status}{detail}, after {count(page.tries, 'try', 'tries')}{after}"


def _extracted(facts: Facts) -> Iterator[Stage]:
    if facts.stored is None:
        yield unknown("extracted")
        return
    article = facts.stored.article
    evidence = (f"{name}: {source}" for name, source in sorted(article.evidence.items()))
    published = article.published_at or article.published_on
    when = facts.at(published) if isinstance(published, datetime) else published
    yield passed(
        "extracted", f"{article.title!r}, published {when or 'nobody knows when'}", *evidence
    )


def _kept(facts: Facts) -> Iterator[Stage]:
    stored = facts.stored
    if stored is None:
        yield unknown("stored")
        return
    revision = f", revision {stored.revision}" if stored.revision > 1 else ""
    yield passed(
        "stored",
        f"article {stored.id}{revision}, first seen {facts.at(stored.first_seen_at)} ({stored.origin})",
        *(f"also at {other.url} ({other.reason})" for other in facts.others),
    )


def _story(facts: Facts) -> Iterator[Stage]:
    member, kinship = facts.membership, facts.kinship
    if member is None:
        yield unknown("story")
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
    yield passed("story", *lines)


def _pieces(member: Membership) -> str:
    if member.pieces == 1:
        return "1 piece"
    return f"{member.pieces} pieces, {member.independent} written independently"


# Toward the watchlist -----------------------------------------------------------------------------


def _concerned(facts: Facts) -> Iterator[Stage]:
    """Whether articles of this site and language concern the watchlist at all."""
    watchlist, stored = facts.watchlist, facts.stored
    if stored is None:
        yield unknown("concerns")
        return
    site, language = stored.article.site, stored.article.language
    if watchlist.covers(site, language):
        yield passed("concerns", f"articles of {site}, language {language or 'unknown'}")
    elif not watchlist.covers(site):
        yield stopped("concerns", f"the watchlist is not about articles of {site} (sites, regions)")
    else:
        asked = ", ".join(sorted(watchlist.languages))
        yield stopped("concerns", f"it is in {language!r}, and the watchlist asks for {asked}")


def _matched(facts: Facts) -> Iterator[Stage]:
    clause, match = facts.clause, facts.match
    if facts.stored is not None and facts.stored.text_pruned_at is not None:
        yield _matched_by_a_text_that_went(facts, facts.stored.text_pruned_at)
    elif clause is None:
        yield unknown("matched")
    elif match is not None:
        yield passed("matched", *_told_of_match(facts, match, clause), clause=clause)
    elif not clause.holds:
        failing = clause.failing() or clause
        yield stopped("matched", f"{excerpt(failing.text, _SHOWN)}: {failing.said}", clause=clause)
    else:
        yield _not_recorded(facts, clause)


def _matched_by_a_text_that_went(facts: Facts, pruned_at: datetime) -> Stage:
    """What is recorded of an article of which only the headline is left."""
    went = f"its text was pruned {facts.at(pruned_at)}"
    if facts.match is not None:
        return passed("matched", _met(facts, facts.match), went)
    return unknown("matched", f"no match is recorded, and {went}")


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
    return stopped("matched", *lines, clause=clause)


STAGES: tuple[Callable[[Facts], Iterator[Stage]], ...] = (
    _announced,
    _fetched,
    _extracted,
    _kept,
    _story,
    _concerned,
    _matched,
    decided,
    alerted,
    delivered,
)
"""What an article passes, in order; each tells one stage or more."""
