"""`siaga why`: the journey of one article toward one watchlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from core.models import suggest
from core.text import clean_line, excerpt
from monitor.cli.context import as_json, pass_context
from monitor.cli.output import print_json
from monitor.why.journey import Verdict
from monitor.why.near_misses import Miss

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.cli.context import Context
    from monitor.config import Config
    from monitor.matching.matcher import Watchlist
    from monitor.why.explaining import Clause
    from monitor.why.journey import Journey, Stage

_MARKS = {Verdict.PASSED: "✓", Verdict.STOPPED: "✗", Verdict.UNKNOWN: "·"}
_COLOURS = {Verdict.PASSED: "green", Verdict.STOPPED: "red", Verdict.UNKNOWN: "yellow"}
_FAILING = 3  # of an OR that does not hold, so many parts are shown: the others are counted
_SHOWN = 60  # characters of a found passage
_COLUMN = 20


@click.command("why")
@click.argument("url")
@click.argument("watchlist")
@as_json
@pass_context
def why_command(context: Context, url: str, watchlist: str, as_json: bool) -> None:
    """Walk the journey of the article at URL toward WATCHLIST, and name what stopped it first."""
    from monitor.why.stages import journey
    from monitor.why.tracing import Tracer

    config = context.config()
    wanted = named_watchlist(config, watchlist)
    with context.open_to_read(config) as db:
        try:
            facts = Tracer(db.conn, config).facts(url, wanted)
        except ValueError:
            raise UsageError(f"{url!r} is no web address: write https://…") from None
    walked = journey(facts)
    if as_json:
        print_json(walked.to_data())
        return
    for line in _told(walked):
        click.echo(line)


def named_watchlist(config: Config, name: str) -> Watchlist:
    """The watchlist of a config. Raises UsageError, with a suggestion, where there is none."""
    for one in config.watchlists:
        if one.name == name:
            return one
    names = [one.name for one in config.watchlists]
    raise UsageError(f"the config has no watchlist {name!r}{suggest(name, names)}")


def _told(walked: Journey) -> Iterator[str]:
    """The journey as a tree; stages of which nothing is known are left out."""
    for stage in walked.stages:
        if stage.lines or stage.verdict is not Verdict.UNKNOWN:
            yield from _stage(stage)
    yield ""
    stopped = walked.stopped_by
    if stopped is not None:
        yield click.style(f"stopped at: {stopped.name}", bold=True) + f": {_first(stopped)}"
        return
    waits = next(
        (one for one in walked.stages if one.verdict is Verdict.UNKNOWN and one.lines), None
    )
    if waits is not None and waits.name != "announced":
        yield f"nothing stopped it so far; {waits.name}: {_first(waits)}"
    else:
        yield "nothing stopped it"


def _first(stage: Stage) -> str:
    return stage.lines[0] if stage.lines else ""


def _stage(stage: Stage) -> Iterator[str]:
    mark = click.style(_MARKS[stage.verdict], fg=_COLOURS[stage.verdict])
    first, *rest = stage.lines or ("",)
    yield f"{mark} {stage.name.ljust(_COLUMN)}{first}".rstrip()
    for line in rest:
        yield " " * (_COLUMN + 2) + line
    if stage.clause is not None:
        yield from _clause(stage.clause, 1)


def _clause(clause: Clause, depth: int) -> Iterator[str]:
    """One clause a line, those of its parts below it."""
    verdict = Verdict.PASSED if clause.holds else Verdict.STOPPED
    mark = click.style(_MARKS[verdict], fg=_COLOURS[verdict])
    said = "; ".join(filter(None, (clause.said if not clause.parts else "", _passages(clause))))
    text = excerpt(clause.text, 2 * _SHOWN)
    yield "    " * depth + f"{mark} {text}" + (f"  {said}" if said else "")
    shown, left = _worth_showing(clause)
    for part in shown:
        yield from _clause(part, depth + 1)
    if left:
        yield "    " * (depth + 1) + f"… and {left} more that do not hold"


def _worth_showing(clause: Clause) -> tuple[list[Clause], int]:
    """The parts that hold, and of those that do not the nearest few; how many are left out."""
    if clause.holds:
        return [part for part in clause.parts if part.holds], 0
    if clause.miss is None:  # an AND: whatever fails is the answer
        return list(clause.parts), 0
    near = sorted(clause.parts, key=_is_far)[:_FAILING]
    chosen = [part for part in clause.parts if part in near]
    return chosen, len(clause.parts) - len(chosen)


def _is_far(clause: Clause) -> bool:
    return clause.miss in {None, Miss.ABSENT}


def _passages(clause: Clause) -> str:
    """Where the words stand: `title: Suriah, body: Suriahnya`."""
    if clause.parts:
        return ""
    found = (f"{span.field}: {excerpt(clean_line(span.text), _SHOWN)}" for span in clause.spans)
    return ", ".join(dict.fromkeys(found))
