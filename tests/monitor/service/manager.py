"""A service manager's end of NOTIFY_SOCKET: a real datagram socket, and what came through it."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path


class Manager:
    """Listens at a path, or in the abstract name space, until the block ends."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.said: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._listener = threading.Thread(target=self._listen)

    @classmethod
    def at(cls, folder: Path) -> Self:
        return cls(str(folder / "notify"))

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", self._socket.getsockname())
        self._listener.join()
        self._socket.close()

    def heard(self, line: str) -> bool:
        """Whether this line came, alone or among others."""
        return any(line in said.splitlines() for said in list(self.said))

    def _listen(self) -> None:
        while data := self._socket.recv(4096):
            self.said.append(data.decode())
