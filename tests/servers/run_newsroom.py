"""A test site in a process of its own: `python -m tests.servers.run_newsroom [--port PORT]`.

Prints one line of JSON, {"port", "url"}, once it serves. Each line of JSON on standard input,
{"path", "title", "paragraphs", "published_at"?, "style"?}, publishes an article and is answered
with a line {"url"}. It ends with its input.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from typing import Any

from monitor.demo.mastheads import Style
from tests.servers.newsroom import NewsSite


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with NewsSite(port=options.port) as site:
        _say({"port": site.port, "url": site.url})
        for line in sys.stdin:
            _say({"url": _publish(site, json.loads(line))})


def _publish(site: NewsSite, order: dict[str, Any]) -> str:
    at = order.get("published_at")
    return site.publish(
        order["path"],
        order["title"],
        order["paragraphs"],
        datetime.fromisoformat(at) if at else None,
        style=Style(order.get("style", Style.JSON_LD)),
    )


def _say(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
