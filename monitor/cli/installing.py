"""`siaga install-service`: the systemd unit of this installation, written and explained."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import UnitError, UsageError
from monitor.cli.context import pass_context

if TYPE_CHECKING:
    from monitor.cli.context import Context
    from monitor.service.unit import Installation

_SYSTEM_UNITS = Path("/etc/systemd/system")
_USER_UNITS = Path(".config/systemd/user")


@click.command("install-service")
@click.option(
    "--user", is_flag=True, help="A service of your own account instead of the machine's."
)
@click.option("--print", "print_only", is_flag=True, help="Print the unit, and write nothing.")
@click.option(
    "--force", is_flag=True, help="Overwrite a unit that Siaga did not write for this installation."
)
@pass_context
def install_service_command(context: Context, user: bool, print_only: bool, force: bool) -> None:
    """Write the systemd unit that runs this installation, and say what to do next. Starts nothing."""
    from monitor.service.unit import NAME, unit

    installation = _installation(context, user=user)
    text = unit(installation)
    if print_only:
        click.echo(text, nl=False)
        return
    if installation.hidden:
        raise UsageError(
            f"the machine's service does not see {installation.hidden[0]}: install Siaga in /opt/siaga "
            f"and its config in /etc/siaga, or use --user"
        )
    path = (Path.home() / _USER_UNITS if user else _SYSTEM_UNITS) / NAME
    write_unit(path, text, force=force)
    _explain(path, installation)


def _installation(context: Context, *, user: bool) -> Installation:
    from monitor.service.unit import SYSTEM_CONFIG, SYSTEM_DATABASE, Installation, Scope

    program = Path(sys.prefix) / "bin" / "siaga"
    if not program.exists():
        raise UsageError(f"there is no {program}: install Siaga with `make install` or pip first")
    config = context.config_path.absolute()
    if user:
        database = context.database_path().absolute()
        return Installation(program=program, config=config, database=database, scope=Scope.USER)
    if context.database not in (None, SYSTEM_DATABASE):
        raise UsageError(
            f"the machine's service keeps its database at {SYSTEM_DATABASE}: leave out --db"
        )
    return Installation(
        program=program,
        config=config if config.exists() else SYSTEM_CONFIG,
        database=SYSTEM_DATABASE,
        scope=Scope.SYSTEM,
    )


def write_unit(path: Path, text: str, *, force: bool) -> None:
    """Put the unit there. One that we did not write for this program and config stays, unless forced.

    Raises UnitError.
    """
    try:
        there = path.read_text(encoding="utf-8") if path.exists() else None
        if there is not None and not force and not _is_ours(there, text):
            raise UnitError(
                path, f"{path} is there already and is another's: --force overwrites it"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}): use sudo, --user, or --print"
        raise UnitError(path, message) from error


def _is_ours(there: str, text: str) -> bool:
    """Whether the unit that is there was written by us, to run the very same."""
    from monitor.service.unit import MARK

    return there.startswith(MARK) and _command(there) == _command(text)


def _command(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("ExecStart=")]


def _explain(path: Path, installation: Installation) -> None:
    from monitor.service.unit import Scope

    own = installation.scope is Scope.USER
    sudo, flag = ("", "--user ") if own else ("sudo ", "")
    private = installation.environment_file
    steps = [
        f"The config is {installation.config}, the database {installation.database}.",
        f"Secrets stand in a file that only its owner reads:\n     {sudo}install -m 600 /dev/null {private}",
        f"Let systemd read the unit:\n     {sudo}systemctl {flag}daemon-reload",
        f"Start Siaga now, and whenever the machine starts:\n     {sudo}systemctl {flag}enable --now siaga",
        f"See how it does:\n     systemctl {flag}status siaga",
        f"Read what it says:\n     journalctl {flag}-fu siaga",
    ]
    if own:
        steps.append("Let it run while you are not logged in:\n     loginctl enable-linger")
    click.echo(f"{path} is written; nothing is started yet.")
    for number, step in enumerate(steps, 1):
        click.echo(f"{number}. {step}")
