"""`siaga`: the options before the command, how commands are found, and how errors are told."""

from __future__ import annotations

import os
import sqlite3
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import ConfigError, SiagaError, UsageError
from monitor.cli.context import Context
from monitor.cli.mistakes import told
from monitor.query.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

EXIT_FAILED = 1
EXIT_WRONG = 2

# Where each command lives and what --help says of it: no module is loaded to list them.
COMMANDS = {
    "run": ("monitor.cli.running", "Watch the sites, match, deliver; with --once, one round."),
    "check": ("monitor.cli.checking", "Validate the config; every error with its place."),
    "schema": ("monitor.cli.schema", "What config.yaml may hold, for editors (JSON Schema)."),
    "add": ("monitor.cli.adding", "Find a site's sources, and put it into the config."),
    "sites": ("monitor.cli.catalogue", "List the sites that Siaga knows by name."),
    "demo": ("monitor.cli.demonstrating", "See all of it at work on this machine, in a minute."),
    "status": ("monitor.cli.status", "Sites, watchlists, the outbox and the daemon at a glance."),
    "zero": ("monitor.cli.zero", "The hits of a watchlist, and how much of the watch was kept."),
    "extract": ("monitor.cli.extracting", "What extraction sees in one page."),
    "import": ("monitor.cli.importing", "Bring articles in from a JSON Lines file."),
    "articles": ("monitor.cli.archive", "List the archive."),
    "search": ("monitor.cli.archive", "Search the archive in the watchlist language."),
    "revisions": ("monitor.cli.revisions", "What became of an article, edit by edit."),
    "stories": ("monitor.cli.archive", "List stories with their articles."),
    "terms": ("monitor.cli.terms", "What a term meets: every form of ~roots, every other name."),
    "match": ("monitor.cli.matching", "Match a file of articles against watchlists; no database."),
    "why": ("monitor.cli.why", "Why an article was, or was not, told for a watchlist."),
    "backtest": ("monitor.cli.backtest", "What watchlists as written now would have matched."),
    "alerts": ("monitor.cli.delivery", "What people were told."),
    "deliveries": ("monitor.cli.delivery", "What was sent, what waits, what died."),
    "redeliver": ("monitor.cli.delivery", "Send deliveries once more."),
    "export": ("monitor.cli.exporting", "Articles, matches or alerts for a spreadsheet."),
    "backup": ("monitor.cli.keeping", "Copy the database, while the daemon runs."),
    "restore": ("monitor.cli.keeping", "Put a backup in the database's place."),
    "prune": ("monitor.cli.pruning", "Take out what `keep:` says is too old."),
    "drop": ("monitor.cli.delivery", "Let deliveries that wait go to nobody."),
    "silence": ("monitor.cli.muting", "Tell nobody of a watchlist for a while."),
    "ack": ("monitor.cli.muting", "Tell nobody of a story until it brings something new."),
    "install-service": ("monitor.cli.installing", "Write the systemd unit that runs Siaga."),
    "test-channel": ("monitor.cli.delivery", "Send a sample alert through a channel."),
}


class Commands(click.Group):
    """Loads a command's module when the command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(COMMANDS[cmd_name][0])
        found: click.Command = getattr(module, cmd_name.replace("-", "_") + "_command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="The config file (default: $SIAGA_CONFIG, else config.yaml).",
)
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    help="The database (default: `database:` in the config, else siaga.db beside it).",
)
@click.version_option(package_name="siaga")
@click.pass_context
def siaga(ctx: click.Context, config: Path | None, db: Path | None) -> None:
    """Siaga watches news sites and tells you, within minutes and once, when something on your
    watchlists is published.
    """
    path = config or Path(os.environ.get("SIAGA_CONFIG") or "config.yaml")
    ctx.obj = Context(config_path=path, database=db)


def main() -> None:
    """Run `siaga`; a user's mistake is told in a sentence, never as a traceback."""
    # Looking for plugins of pydantic, of which Siaga has none, takes a tenth of `siaga check`.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _speak_in_any_encoding()
    try:
        siaga(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_WRONG)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has seen enough (`siaga articles | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)
    except sqlite3.Error as error:
        click.echo(f"siaga: the database cannot be used: {error}", err=True)
        sys.exit(EXIT_FAILED)
    except SiagaError as error:
        for line in _said(error):
            click.echo(line, err=True)
        sys.exit(EXIT_WRONG if isinstance(error, ConfigError | UsageError) else EXIT_FAILED)


def _speak_in_any_encoding() -> None:
    """Show as an escape what a terminal's encoding does not have, and do not fail for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _said(error: SiagaError) -> Iterator[str]:
    if isinstance(error, ConfigError):
        yield from told(error.problems, with_lines=sys.stderr.isatty())
    else:
        yield f"siaga: {error}"
        if isinstance(error, QueryError):
            yield from error.caret.splitlines()
