"""The ways out of the running program: requests, smtplib, Apprise in a process, standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from alerts.transport.http import HttpPoster
from alerts.transport.relay import AppriseRelay
from alerts.transport.roles import Transport
from alerts.transport.smtp import SmtpMailer

if TYPE_CHECKING:
    from core.clock import Clock


def open_transport(clock: Clock, out: TextIO | None = None) -> Transport:
    """The real ways out; the console channel writes to `out`, standard output unless given."""
    return Transport(
        http=HttpPoster(clock),
        mail=SmtpMailer(),
        relay=AppriseRelay(),
        out=out if out is not None else sys.stdout,
        clock=clock,
    )
