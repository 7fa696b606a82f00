"""The monitors that are compared: how each is set up to look at the same feeds for the same word.

changedetection.io (https://github.com/dgtlmoon/changedetection.io) runs as a server with a watch a feed,
fetched with plain requests, of which it keeps the lines that hold the word. It is the default setting but for
what a private address, a look every few seconds and a machine without a browser need. urlwatch
(https://github.com/thp/urlwatch) is no daemon: a shell starts it again and again, as cron would. It
has no webhook of its own; its Mattermost reporter posts JSON to an address that one gives it.
"""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.press.published import House

ROOT = Path(__file__).resolve().parents[2]
SIAGA, CHANGEDETECTION, URLWATCH = "siaga", "changedetection.io", "urlwatch"
NAMES = (SIAGA, CHANGEDETECTION, URLWATCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A monitor that is set up in `folder`: `begin` starts it there, `again` after it was killed.

    `name` is its User-Agent, too.
    """

    name: str
    folder: Path
    begin: Sequence[str]
    again: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What all are asked for: to look at these houses' feeds, and to post what has the word to `hook`.

    `hook` is an address without its scheme; in `programs` the others' commands are.
    """

    houses: Sequence[House]
    word: str
    hook: str
    every: int
    """Seconds between two looks."""
    programs: Path


def set_up(name: str, task: Task, folder: Path) -> Tool:
    """The monitor of this name, one of NAMES, with all that it needs in the folder."""
    return {SIAGA: _siaga, CHANGEDETECTION: _changedetection, URLWATCH: _urlwatch}[name](
        task, folder
    )


def _siaga(task: Task, folder: Path) -> Tool:
    sites = "".join(
        f"  - {{name: {house.name}, url: '{house.url}', feeds: ['{house.feed}'], "
        f"timezone: Asia/Makassar, every: {task.every}s}}\n"
        for house in task.houses
    )
    (folder / "config.yaml").write_text(
        f"timezone: Asia/Makassar\ncrawl: {{user_agent: {SIAGA}}}\n"
        f"network: {{allow_private: ['127.0.0.0/8']}}\nsites:\n{sites}"
        f"watchlists: [{{name: kata, any: [{task.word}], notify: [kait]}}]\n"
        f"channels: {{kait: {{type: webhook, url: 'http://{task.hook}', allow_private: true}}}}\n",
        encoding="utf-8",
    )
    command = (sys.executable, "-m", "monitor", "run")
    return _tool(SIAGA, folder, command, command, {"PYTHONPATH": str(ROOT)})


def _changedetection(task: Task, folder: Path) -> Tool:
    """Its watches are given with the first start; afterwards it has them in its folder."""
    command = (
        *(str(task.programs / "changedetection.io"), "-C", "-d", str(folder / "store")),
        *("-h", "127.0.0.1", "-p", str(_free_port()), "-l", "WARNING"),
    )
    watch = {
        "fetch_backend": "html_requests",
        "time_between_check": {"seconds": task.every},
        "time_between_check_use_default": False,
        "extract_lines_containing": [task.word],
        "notification_urls": [f"post://{task.hook}"],
        "notification_title": "{{watch_url}}",
        "notification_body": "{{diff_added}}",
        "notification_format": "text",
    }
    watches: list[str] = []
    for number, house in enumerate(task.houses):
        watches += ["-u", house.feed, f"-u{number}", json.dumps(watch)]
    environment = {
        "ALLOW_IANA_RESTRICTED_ADDRESSES": "true",
        "DEFAULT_SETTINGS_HEADERS_USERAGENT": CHANGEDETECTION,
        "DISABLE_VERSION_CHECK": "yes",
        "LLM_FEATURES_DISABLED": "true",
    }
    return _tool(CHANGEDETECTION, folder, (*command, *watches), command, environment)


def _urlwatch(task: Task, folder: Path) -> Tool:
    jobs = [
        {
            "name": house.name,
            "url": house.feed,
            "headers": {"User-Agent": URLWATCH},
            "filter": [
                {"xpath": {"path": "//item/title/text()", "method": "xml"}},
                {"grep": task.word},
            ],
            "diff_filter": [{"grep": r"^\+"}],  # what is new, without the lines around it
        }
        for house in task.houses
    ]
    settings = {
        "display": {"new": False, "error": False, "unchanged": False},
        "report": {
            "text": {"details": True, "footer": False, "line_length": 75},
            "stdout": {"enabled": False},
            "mattermost": {"enabled": True, "webhook_url": f"http://{task.hook}"},
        },
    }
    _write(folder / "urls.yaml", "\n---\n".join(map(json.dumps, jobs)))  # JSON is YAML, too
    _write(folder / "urlwatch.yaml", json.dumps(settings))
    once = shlex.join(
        [
            *(str(task.programs / "urlwatch"), "--urls", "urls.yaml", "--config", "urlwatch.yaml"),
            *("--cache", "cache.db", "--hooks", "hooks.py"),
        ]
    )
    loop = ("sh", "-c", f"while :; do {once} & sleep {task.every}; wait; done")
    return _tool(URLWATCH, folder, loop, loop, {})


def _tool(
    name: str,
    folder: Path,
    begin: Sequence[str],
    again: Sequence[str],
    environment: Mapping[str, str],
) -> Tool:
    own = {**os.environ, "HOME": str(folder), "NO_PROXY": "*", **environment}
    return Tool(name=name, folder=folder, begin=begin, again=again, environment=own)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])
