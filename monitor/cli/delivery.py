"""`siaga alerts`, `deliveries`, `redeliver`, `drop` and `test-channel`: what reaches people."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alerts.outbox.retry import State
from alerts.outcome import OutcomeKind
from core.errors import UsageError
from core.models import suggest
from core.text import count
from monitor.cli.context import as_json, pass_context
from monitor.cli.output import ago, local, print_json, print_table, say

if TYPE_CHECKING:
    from alerts.outbox.ledger import DeliveryLine
    from alerts.outbox.wishes import Granted
    from monitor.cli.context import Context


@click.command("alerts")
@click.option("--digest", type=int, metavar="NUMBER", help="Only those of this digest.")
@as_json
@pass_context
def alerts_command(context: Context, digest: int | None, as_json: bool) -> None:
    """List what people were told, newest first."""
    from alerts.outbox.ledger import list_alerts

    config = context.config()
    with context.open(config) as db:
        alerts = list_alerts(db, digest=digest)
    if as_json:
        for alert in alerts:
            print_json(alert.to_data())
        return
    rows = [
        (
            local(alert.created_at, config.timezone),
            ", ".join(alert.watchlists),
            alert.site or "",
            alert.title,
            ", ".join(f"{number} {state}" for state, number in alert.deliveries.items())
            or "nobody",
        )
        for alert in alerts
    ]
    print_table(("at", "watchlists", "site", "title", "deliveries"), rows, empty="no alerts yet")


@click.command("deliveries")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only these.")
@as_json
@pass_context
def deliveries_command(
    context: Context,
    state: str | None,
    as_json: bool,
) -> None:
    """List deliveries, newest first: what was sent, what waits and for what, what died and why."""
    from alerts.outbox.ledger import list_deliveries

    config = context.config()
    states = tuple(State) if state is None else (State(state),)
    with context.open(config) as db:
        deliveries = list_deliveries(db, channels=config.channels, states=states)
    if as_json:
        for one in deliveries:
            print_json(one.to_data())
        return
    rows = [
        (
            str(one.id),
            one.state,
            f"{one.channel} {one.recipient}".strip(),
            one.title,
            str(one.attempts),
            ago(one.next_try_at) if one.next_try_at and not one.done_at else "-",
            one.waits_for or one.last_error or _reason(one),
        )
        for one in deliveries
    ]
    columns = ("id", "state", "to", "title", "tries", "next try", "reason")
    print_table(columns, rows, empty="no deliveries")


def _reason(one: DeliveryLine) -> str:
    """Why the policy does not simply let a delivery go."""
    told_by = f" (delivery {one.carrier})" if one.carrier is not None else ""
    return f"{one.reason}{told_by}" if one.reason else ""


@click.command("redeliver")
@click.argument("ids", metavar="ID…", nargs=-1, required=True)
@pass_context
def redeliver_command(context: Context, ids: tuple[str, ...]) -> None:
    """Make deliveries due again, with the same id and body; the daemon or the next run sends them."""
    from alerts.outbox.wishes import redeliver

    with context.open(context.config()) as db:
        done = redeliver(db, ids, at=datetime.now(UTC))
    click.echo(f"{count(len(done.done), 'delivery', 'deliveries')} due again")
    _say_what_was_not_done(done)


@click.command("drop")
@click.argument("ids", metavar="ID…", nargs=-1, required=True)
@pass_context
def drop_command(context: Context, ids: tuple[str, ...]) -> None:
    """Let deliveries that wait go to nobody; `siaga redeliver` brings them back."""
    from alerts.outbox.wishes import drop

    with context.open(context.config()) as db:
        done = drop(db, ids, at=datetime.now(UTC))
    click.echo(f"{count(len(done.done), 'delivery', 'deliveries')} dropped")
    _say_what_was_not_done(done)


def _say_what_was_not_done(done: Granted) -> None:
    """Name the ids of which nothing came, and exit with 1 where there are any."""
    for identity in done.sending:
        say(f"{identity} is being sent at this moment")
    for identity in done.over:
        say(f"{identity} does not wait any more")
    for identity in done.unknown:
        say(f"there is no delivery {identity}; `siaga deliveries` lists them")
    if done.unknown or done.sending or done.over:
        sys.exit(1)


@click.command("test-channel")
@click.argument("name")
@click.option(
    "--template",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Write the last alert with this template.",
)
@pass_context
def test_channel_command(context: Context, name: str, template: Path | None) -> None:
    """Send a sample alert through the channel NAME, and say what became of it."""
    from alerts.outbox.ledger import last_alert
    from alerts.outbox.outbox import Outbox
    from alerts.transport.network import open_transport
    from alerts.trial import sample_alert, try_channel, with_template
    from core.clock import SystemClock

    config = context.config()
    if name not in config.channels:
        raise UsageError(f"the config has no channel {name!r}{suggest(name, config.channels)}")
    clock = SystemClock()
    channel, alert = config.channels[name], sample_alert(clock.now())
    transport = open_transport(clock)
    if template is not None:
        with context.open(config) as db:
            alert = last_alert(db) or alert
        words = _text_of(template)
        channel = with_template(channel, words, alert, zone=config.timezone, transport=transport)
    outcomes = try_channel(channel, alert, zone=config.timezone, transport=transport)
    failed = False
    for recipient, outcome in outcomes.items():
        to = f"{name} ({recipient})" if recipient else name
        if outcome.kind is OutcomeKind.ACCEPTED:
            click.echo(f"{to}: accepted")
        else:
            failed = True
            say(f"{to}: {outcome.kind}: {outcome.detail}")
    if failed:
        sys.exit(1)
    with context.open(config) as db:
        Outbox(db).reopen(name)  # what waits for a channel that was paused or off may go now


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as UTF-8 text") from error
