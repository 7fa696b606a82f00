"""What systemd is told and tells: READY, STATUS, WATCHDOG and STOPPING over NOTIFY_SOCKET; the journal.

After sd_notify(3), sd_watchdog_enabled(3) and the description of JOURNAL_STREAM in systemd.exec(5).
"""

from __future__ import annotations

import logging
import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

logger = logging.getLogger("siaga")


class Notifier:
    """Tells the service manager how the daemon does; without one, or when it is deaf, nothing happens."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._deaf = False
        self.watchdog_seconds = _watchdog_seconds(environment)

    def tell(self, **variables: str) -> None:
        """Send `NAME=value` for each variable, in one datagram: READY="1", STATUS="…", WATCHDOG="1"."""
        if self._address is None:
            return
        text = "".join(f"{name}={' '.join(said.split())}\n" for name, said in variables.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                # The manager reads at its leisure: a full queue must not hold up the event loop.
                out.setblocking(False)
                out.sendto(text.encode(), self._address)
        except OSError as error:
            if not self._deaf:
                logger.warning("the service manager cannot be told anything: %s", error.strerror)
            self._deaf = True
        else:
            self._deaf = False


def _address(text: str) -> str | None:
    """The socket's address; one that begins with @ is in the abstract name space."""
    if not text.startswith(("/", "@")):
        return None
    return "\0" + text[1:] if text.startswith("@") else text


def _watchdog_seconds(environment: Mapping[str, str]) -> float | None:
    """How long the manager waits for a sign of life; None when it waits for none of this process."""
    wanted, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not wanted.isdigit() or (process and process != str(os.getpid())):
        return None
    return int(wanted) / 1e6 or None


def is_journal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether what is written to the stream goes to the journal, which adds the time by itself."""
    device, _, inode = environment.get("JOURNAL_STREAM", "").partition(":")
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):  # a stream of a test, or a closed one
        return False
    return (str(status.st_dev), str(status.st_ino)) == (device, inode)
