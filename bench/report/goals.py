"""The goals that Siaga was set, where the figure of each stands, and whether it was met. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.report.plan import WHOLE_RUN
from bench.report.proofs import PROOFS
from bench.report.readings import (
    at,
    at_least,
    at_most,
    below,
    largest,
    less,
    none,
    ratio,
    rivals_least,
    together,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.report.readings import Figures, Reading
    from bench.report.results import Gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal: `read` takes its figure out of a script's, None where it was not measured."""

    subject: str
    text: str
    script: str
    read: Reading
    met: Callable[[float], bool]
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One row of the table of goals."""

    goal: Goal
    measured: str
    met: bool


_SIAGA = "Siaga"
_TRAFILATURA = "trafilatura"


def _best_f1(figures: Figures) -> float | None:
    found = [one["f1"] for name, one in figures.items() if name.startswith(_TRAFILATURA)]
    return max(found) if found else None


def _damaged(figures: Figures) -> float | None:
    """1 where a soak found something wrong with the database."""
    return float(figures["database"] is not None) if "database" in figures else None


def _crawl() -> list[Goal]:
    goal = _of("Crawl", "crawl")
    return [
        goal(
            "articles per CPU second from feed to stored: at least 0.8 of extraction alone",
            at(_SIAGA, "share_of_extraction"),
            at_least(0.8),
            "{:.2f}",
        ),
        goal(
            "the same once it is started, as a daemon is",
            at(_SIAGA, "share_of_extraction_once_started"),
            at_least(0.8),
            "{:.2f}",
        ),
        goal(
            "at least 5 times news-please",
            at(_SIAGA, "times_news_please"),
            at_least(5),
            "{:.1f} times",
        ),
        goal(
            "fewest requests of all when nothing is new (beyond the fewest of the others, for a house)",
            less(
                at(_SIAGA, "again_requests_per_house"),
                rivals_least("again_requests_per_house", but=_SIAGA),
            ),
            at_most(0),
            "{:+.2f}",
        ),
    ]


def _monitoring() -> list[Goal]:
    goal = _of("Monitoring", "monitoring")
    kinds = ("killed_slow", "killed_refusing")
    return [
        goal(
            "no alert lost when killed while sending",
            together(*(at("tools", "siaga", f"{kind}_lost") for kind in kinds)),
            none,
            "{:.0f} lost",
        ),
        goal(
            "what is told twice then has one id",
            together(*(at("tools", "siaga", f"{kind}_renamed") for kind in kinds)),
            none,
            "{:.0f} not under one id",
        ),
    ]


def _extraction() -> list[Goal]:
    goal = _of("Extraction", "extraction")
    ours = at("siaga", "ms")
    return [
        goal("a page with all its fields in at most 18 ms", ours, at_most(18), "{:.1f} ms"),
        goal(
            "at least 10 times faster than news-please",
            ratio(at("news-please", "ms"), ours),
            at_least(10),
            "{:.1f} times",
        ),
        goal(
            "body F1 no worse than the best of trafilatura",
            less(at("siaga", "f1"), _best_f1),
            at_least(0),
            "{:+.3f}",
        ),
        goal(
            "one Indonesian date in at most 20 µs", at("siaga", "date_us"), at_most(20), "{:.1f} µs"
        ),
    ]


def _finding() -> list[Goal]:
    rhythm, looks = _of("Rhythm", "rhythm"), _of("Looks", "looks")
    faults = _of("Troubled sites", "faults")
    return [
        *(
            goal
            for every in ("15", "30", "60")
            for goal in (
                rhythm(
                    f"mean delay at most 0.66 of fixed intervals, a look in {every} minutes",
                    at("siaga_to_fixed", every),
                    at_most(0.66),
                    "{:.3f}",
                ),
                rhythm(
                    f"at most 1.06 of the oracle, a look in {every} minutes",
                    at("siaga_to_oracle", every),
                    at_most(1.06),
                    "{:.3f}",
                ),
            )
        ),
        rhythm(
            "a new source within 1.2 of its settled delay after two days",
            at("newcomer_to_settled"),
            at_most(1.2),
            "{:.3f}",
        ),
        looks(
            "a look at an unchanged source in at most 15 ms, 300 sources in turn",
            at("cpu_ms_per_look"),
            at_most(15),
            "{:.1f} ms",
        ),
        looks(
            "memory flat over 5,000 looks: not 2 % more than after 1,000",
            ratio(at("memory_mb_late"), at("memory_mb_early")),
            below(1.02),
            "{:.3f} times",
        ),
        faults("every article seen", at("missed"), none, "{:.0f} missed"),
        faults("each told once", at("repeated"), none, "{:.0f} repeated"),
        faults(
            "no site asked sooner than its robots.txt allows", at("too_fast"), none, "{:.0f} times"
        ),
        faults("each fault named in `siaga status`", at("not_named"), none, "{:.0f} not named"),
    ]


def _matching() -> list[Goal]:
    matching, us = _of("Matching", "matching"), "us_per_article"
    return [
        matching(
            "no decision differs from naive evaluation",
            largest("differing"),
            none,
            "{:.0f} differ",
        ),
        matching(
            "at most 250 µs an article at 10,000 watchlists",
            at(us, "10000"),
            at_most(250),
            "{:.0f} µs",
        ),
        matching(
            "at most 600 µs an article at 100,000", at(us, "100000"), at_most(600), "{:.0f} µs"
        ),
        matching(
            "100,000 watchlists that match nothing cost at most twice what 1,000 do",
            at("sparse_growth"),
            at_most(2),
            "{:.2f} times",
        ),
        matching(
            "an edit of one of 100,000 is live in less than 50 ms",
            at("hot_edit_ms", "100000"),
            below(50),
            "{:.1f} ms",
        ),
    ]


def _stories() -> list[Goal]:
    stories = _of("Stories", "duplicates")
    return [
        stories(
            "at most 3 ms an article, whatever is stored",
            largest("cpu_ms_per_article"),
            at_most(3),
            "{:.2f} ms",
        ),
        stories(
            "at a million stored at most twice what it is at 10,000",
            ratio(at("cpu_ms_per_article", "1000000"), at("cpu_ms_per_article", "10000")),
            at_most(2),
            "{:.2f} times",
        ),
        stories(
            "80 copies of one article are one story",
            at("stories_of_80_copies"),
            lambda value: value == 1,
            "{:.0f} story",
        ),
        _of("Backtest", "backtest")(
            "at least 3,000 articles a second and core, 100 watchlists",
            at("articles_a_second", "100"),
            at_least(3_000),
            "{:,.0f}",
        ),
    ]


def _delivery() -> list[Goal]:
    path, delivery = _of("The whole path", "path"), _of("Delivery", "delivery")
    return [
        path(
            "stored to accepted at 10 articles a second: median below 1 s",
            at("p50_s"),
            below(1),
            "{:.3f} s",
        ),
        path("99th percentile below 5 s", at("p99_s"), below(5), "{:.3f} s"),
        delivery("no alert lost", at("lost"), none, "{:.0f} lost"),
        delivery("none repeated", at("repeats"), none, "{:.0f} repeated"),
        delivery(
            "three channels, 10 alerts a second: median below 1 s",
            at("p50_s"),
            below(1),
            "{:.3f} s",
        ),
        delivery("99th percentile below 5 s", at("p99_s"), below(5), "{:.3f} s"),
    ]


def _running() -> list[Goal]:
    idle, soak = _of("Idle", "idle"), _of("Soak", "soak")
    return [
        idle(
            "300 sites: daemon and worker in at most 240 MB",
            at("memory_mb"),
            at_most(240),
            "{:.0f} MB",
        ),
        idle("less than 2 % of a core", at("cpu_percent"), below(2), "{:.2f} %"),
        soak("half an hour of everything at once: nothing lost", at("lost"), none, "{:.0f} lost"),
        soak("the database intact", _damaged, none, "{:.0f} damaged"),
        *(
            one
            for who in ("daemon", "worker")
            for one in (
                soak(
                    f"memory of the {who} grown by less than 5 %",
                    ratio(at(who, "memory_last"), at(who, "memory_first")),
                    below(1.05),
                    "{:.3f} times",
                ),
                soak(
                    f"open files of the {who}, not 3 more at the end",
                    less(at(who, "files_last"), at(who, "files_first")),
                    at_most(2),
                    "{:+.0f}",
                ),
            )
        ),
    ]


def _scores() -> list[Goal]:
    goal = _of("Real texts", "scores")
    return [
        goal("every field of every page right", at("extraction"), at_least(1), "{:.3f}"),
        goal("every date right", at("dates"), at_least(1), "{:.3f}"),
        goal("the seed article right in every field", at("seed"), at_least(1), "{:.3f}"),
        goal("Suriah and Astana decided right", at("watchlists"), at_least(1), "{:.3f}"),
        goal("copies found: F1 at least 0.94", at("duplicates"), at_least(0.94), "{:.3f}"),
    ]


def _proven() -> list[Goal]:
    return [
        Goal(
            subject=proof.subject,
            text=proof.text,
            script="proofs",
            read=at(proof.name, "failed"),
            met=none,
            shown="{:.0f} of its tests failed",
        )
        for proof in PROOFS
    ]


def _of(subject: str, script: str) -> Callable[[str, Reading, Callable[[float], bool], str], Goal]:
    """Makes goals of one subject, measured by one script."""

    def goal(text: str, read: Reading, met: Callable[[float], bool], shown: str) -> Goal:
        return Goal(subject=subject, text=text, script=script, read=read, met=met, shown=shown)

    return goal


GOALS = (
    *_crawl(),
    *_monitoring(),
    *_extraction(),
    *_finding(),
    *_matching(),
    *_stories(),
    *_delivery(),
    *_running(),
    *_scores(),
    *_proven(),
)


def judge(gathered: Gathered, goals: tuple[Goal, ...] = GOALS) -> list[Judged]:
    """Each goal whose script was run. One that could not be measured is not met."""
    judged = [_judge(goal, gathered) for goal in goals if goal.script in gathered.results]
    return [*judged, *_whole_run(gathered)]


def _judge(goal: Goal, gathered: Gathered) -> Judged:
    result = gathered.results[goal.script]
    value = goal.read(gathered.figures(goal.script))
    if value is not None:
        return Judged(goal=goal, measured=goal.shown.format(value), met=goal.met(value))
    why = result.problem or "the figure is missing"
    return Judged(goal=goal, measured=f"not measured: {why}", met=False)


def _whole_run(gathered: Gathered) -> list[Judged]:
    """How long all measurements took together."""
    if gathered.seconds is None:
        return []
    goal = Goal(
        subject="`make bench`",
        text="all of this in less than 30 minutes",
        script="",
        read=at(),
        met=below(WHOLE_RUN),
        shown="{:.1f} min",
    )
    shown = goal.shown.format(gathered.seconds / 60)
    return [Judged(goal=goal, measured=shown, met=goal.met(gathered.seconds))]
