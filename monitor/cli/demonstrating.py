"""`siaga demo`: all of it at once, on loopback, with an invented newsroom."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path


@click.command("demo")
def demo_command() -> None:
    """Start an invented newsroom and two receivers here, and watch a headline being found and told."""
    from rich.console import Console

    from monitor.demo.story import play

    sys.exit(play(Console(highlight=False, emoji=False), run=_run_round))


def _run_round(config: Path) -> int:
    """`siaga run --once --no-baseline` on a config; what it says is shown if it fails."""
    command = [sys.executable, "-m", "monitor", "--config", str(config)]
    command += ["run", "--once", "--no-baseline"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own program
    if done.returncode:
        click.echo(done.stdout + done.stderr, err=True)
    return done.returncode
