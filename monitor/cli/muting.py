"""`siaga silence` and `siaga ack`: what people do not want to hear of for now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from core.models import parse_duration, suggest
from monitor.cli.context import pass_context
from monitor.cli.output import local, print_table
from monitor.cli.times import at_instant

if TYPE_CHECKING:
    from monitor.cli.context import Context
    from monitor.config import Config


@click.command("silence")
@click.argument("watchlist", required=False)
@click.option("--for", "span", metavar="2h", help="For so long: 30m, 2h, 1d.")
@click.option("--until", metavar="TIME", help="Until then: 2026-11-23 or 2026-11-23T07:00.")
@click.option("--off", is_flag=True, help="End a silence.")
@pass_context
def silence_command(
    context: Context, watchlist: str | None, span: str | None, until: str | None, off: bool
) -> None:
    """Tell nobody of a watchlist for a while; without one, list the silences.

    What comes meanwhile is matched and kept, but not told later either.
    """
    from alerts.policy.silences import put_silence
    from core.database import immediate

    config, now = context.config(), datetime.now(UTC)
    if watchlist is None:
        _list_silences(context, config, now)
        return
    names = [one.name for one in config.watchlists]
    if watchlist not in names:
        raise UsageError(f"the config has no watchlist {watchlist!r}{suggest(watchlist, names)}")
    ends_at = now if off else _end(span, until, now, config.timezone)
    with context.open(config) as db, immediate(db) as connection:
        put_silence(connection, watchlist, until=ends_at, at=now)
    click.echo(
        f"{watchlist} is told again"
        if off
        else f"{watchlist} is silent until {local(ends_at, config.timezone)}"
    )


def _end(span: str | None, until: str | None, now: datetime, zone: str) -> datetime:
    """When a silence ends. Raises UsageError for a time that is none, or has passed."""
    if (span is None) is (until is None):
        raise UsageError("say for how long: --for 2h, or --until 2026-11-23T07:00, or --off")
    try:
        ends_at = now + parse_duration(span) if until is None else at_instant(until, zone)
    except (ValueError, OverflowError) as error:
        raise UsageError(str(error)) from error
    if ends_at <= now:
        raise UsageError(f"{until or span} has passed already")
    return ends_at


def _list_silences(context: Context, config: Config, now: datetime) -> None:
    from alerts.policy.silences import silences

    with context.open(config) as db:
        rows = [
            (one.watchlist, local(one.until, config.timezone)) for one in silences(db.conn, now)
        ]
    print_table(("watchlist", "silent until"), rows, empty="no watchlist is silent")


@click.command("ack")
@click.argument("story", metavar="STORY|URL")
@click.option("--off", is_flag=True, help="Hear of everything of the story again.")
@pass_context
def ack_command(context: Context, story: str, off: bool) -> None:
    """Tell nobody of a story (its number, or an article's address) until it brings something new.

    That is another watchlist, other numbers or another headline, or three times as many outlets.
    """
    from alerts.policy.silences import put_ack, story_of
    from core.database import immediate

    config = context.config()
    with context.open(config) as db, immediate(db) as connection:
        number = story_of(connection, story)
        if number is None:
            raise UsageError(f"nobody was told of {story}; `siaga alerts` lists what was told")
        put_ack(connection, number, at=datetime.now(UTC), off=off)
    click.echo(
        f"story {number} is told again"
        if off
        else f"story {number} is told again when it brings something new"
    )
