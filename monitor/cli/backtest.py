"""`siaga backtest`: what watchlists as written now would have matched, against what they did."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from core.text import count
from monitor.cli.context import as_json, pass_context
from monitor.cli.output import local, print_json, print_table
from monitor.cli.times import Since
from monitor.cli.why import named_watchlist

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from monitor.archive.backtest import Backtest, Tally
    from monitor.archive.past_articles import PastArticles
    from monitor.cli.context import Context

_SINCE = "30d"
_BARS = "·▁▂▃▄▅▆▇█"
_WIDEST = 40
_MOST_COLUMNS = 60


@click.command("backtest")
@click.argument("watchlist", required=False)
@click.option(
    "--since",
    type=Since(),
    default=_SINCE,
    show_default=True,
    help="Articles that came since then: 30d, 6h, or a date.",
)
@as_json
@pass_context
def backtest_command(
    context: Context, watchlist: str | None, since: datetime, as_json: bool
) -> None:
    """Try WATCHLIST, or every one, as it is written now on the articles that are stored.

    `+` is what it would match and did not, `-` what it matched and would not any more.
    """
    from monitor.archive.backtest import Backtest
    from monitor.archive.past_articles import PastArticles

    config = context.config()
    chosen = [named_watchlist(config, watchlist)] if watchlist else config.watchlists
    test = Backtest(chosen)
    with context.open_to_read(config) as db:
        past = PastArticles(db.conn, since=since, zone=ZoneInfo(config.timezone))
        read = _run(test, past)
    tallies = list(test.tallies.values())
    if as_json:
        for tally in tallies:
            print_json({**tally.to_data(), "articles": read, "since": since.isoformat()})
        return
    click.echo(f"{count(read, 'article')} since {local(since, config.timezone)}")
    _show(tallies, _days_of(since, config.timezone), detailed=watchlist is not None)


def _run(test: Backtest, past: PastArticles) -> int:
    """Read everything; a bar on standard error shows how far it is, where somebody looks at it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    read = 0
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("reading the archive", total=len(past))
        for chunk in past.chunks():
            for subject, met in chunk:
                test.read(subject, met)
            read += len(chunk)
            bar.update(task, completed=read)
    return read


def _days_of(since: datetime, zone: str) -> tuple[date, date]:
    """The first day and today, on the reader's calendar."""
    first, today = (at.astimezone(ZoneInfo(zone)).date() for at in (since, datetime.now(UTC)))
    return first, today


def _show(tallies: Sequence[Tally], days: tuple[date, date], *, detailed: bool) -> None:
    from monitor.archive.backtest import Change

    rows = [
        (
            tally.watchlist,
            f"{tally.now:,}",
            f"{tally.before:,}",
            f"+{tally.count(Change.ADDED):,}",
            f"-{tally.count(Change.REMOVED):,}",
            _sparkline(tally.by_day(), days),
        )
        for tally in tallies
    ]
    columns = ("watchlist", "would match", "did match", "new", "lost", "by day")
    print_table(columns, rows, empty="the config has no watchlists")
    shown = tuple(Change) if detailed else (Change.ADDED, Change.REMOVED)
    for tally in tallies:
        if detailed:
            _show_lines(_chart(tally))
        _show_lines(_samples(tally, shown, named=not detailed))


def _show_lines(lines: Iterable[str]) -> None:
    for number, line in enumerate(lines):
        if number == 0:
            click.echo()
        click.echo(line)


def _sparkline(counts: Counter[date], days: tuple[date, date]) -> str:
    """A column a day, or for as many days as fit, each as high as its share of the highest."""
    first, today = days
    span = (max(today, first) - first).days + 1
    if (
        counts and span > 10 * _MOST_COLUMNS
    ):  # nobody asked for all the years before the first match
        first = min(counts)
        span = (today - first).days + 1
    width = -(-span // _MOST_COLUMNS)
    columns = [0] * -(-span // width)
    for day, number in counts.items():
        place = (day - first).days // width
        if 0 <= place < len(columns):
            columns[place] += number
    most = max(columns, default=0) or 1
    return "".join(_BARS[-(-number * (len(_BARS) - 1) // most)] for number in columns)


def _chart(tally: Tally) -> Iterator[str]:
    """A line for each day on which something matched, or did."""
    from monitor.archive.backtest import Change

    days = sorted({day for counts in tally.days.values() for day in counts})
    now = tally.by_day()
    most = max(now.values(), default=1)
    for day in days:
        bar = "█" * -(-now[day] * _WIDEST // most)
        added, removed = tally.days[Change.ADDED][day], tally.days[Change.REMOVED][day]
        changed = (f"+{added}" if added else "", f"-{removed}" if removed else "")
        yield " ".join(filter(None, (f"{day}", bar, f"{now[day]}", *changed)))


def _samples(tally: Tally, changes: Sequence[str], *, named: bool) -> Iterator[str]:
    """The newest articles of each kind, their words in brackets."""
    signs = {"kept": " ", "added": "+", "removed": "-"}
    colours = {"kept": None, "added": "green", "removed": "red"}
    for change, samples in tally.samples.items():
        for one in samples if change in changes else ():
            of = f"{tally.watchlist}: " if named else ""
            line = f"{signs[change]} {one.day} {of}{_marked(one.title, one.snippet.title_marks)}"
            yield click.style(line, fg=colours[change])
            yield f"    {one.url}"
            if one.snippet.text:
                yield f"    {_marked(one.snippet.text, one.snippet.marks)}"
        left = tally.count(change) - len(samples)
        if left and samples and change in changes:
            yield f"  … and {left:,} more ({change})"


def _marked(text: str, marks: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(marks, reverse=True):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text
