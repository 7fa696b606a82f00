"""Keeps a comparator on this machine: Python reads this at its start where the folder is on its path.

Tools ask for images, public suffix lists and the like besides: such a connection is refused at once.
"""

from __future__ import annotations

import sys
from typing import Any

_LOCAL = ("127.", "localhost", "::1")


def _stay(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if not name.startswith(_LOCAL):
        raise ConnectionRefusedError(f"{name} is not on this machine")


sys.addaudithook(_stay)
