"""The last moment of a daemon that was asked to end: what still holds it up then is left behind."""

from __future__ import annotations

import logging
import os
import threading

SECONDS = 9.0
"""After a daemon was asked to end; those who asked wait for ten."""

logger = logging.getLogger("siaga")


def begin() -> None:
    """End this process, with status 0, when it has not ended by itself in SECONDS.

    No thread can be cancelled that waits for another program's transaction, a disk or a name server, and
    Python waits for them all. Nothing is lost: what is stored is stored whole, and a crawl worker ends when
    its parent does.
    """
    timer = threading.Timer(SECONDS, _leave)
    timer.daemon = True
    timer.start()


def _leave() -> None:
    logger.warning("not all came to its end in time: the next start takes up what is left")
    logging.shutdown()
    os._exit(0)
