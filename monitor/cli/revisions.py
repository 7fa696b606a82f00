"""`siaga revisions`: what became of one article, edit by edit, with the words that went and came."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from core.errors import UsageError
from core.text import count
from monitor.cli.context import as_json, pass_context
from monitor.cli.output import local, print_json, print_lines

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from rich.text import Text

    from crawler.archive import StoredArticle
    from crawler.revisions.archive import Logged
    from crawler.revisions.differences import Stretch
    from monitor.cli.context import Context

_CONTEXT = 60
"""Characters of unchanged text shown on each side of a change."""
_STYLES = {"same": "", "deleted": "red strike", "inserted": "green bold"}
_MARKS = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}
_WENT = {
    "not-found": "the page was not there (404)",
    "removed": "the site had removed the page (410)",
    "sent-home": "the address led to the home page",
    "said-so": "the page said that there is nothing",
    "elsewhere": "the address led to another article",
}
_COUNTED = {
    "dead": "killed",
    "injured": "injured",
    "missing": "missing",
    "displaced": "displaced",
    "victims": "victims",
}


@click.command("revisions")
@click.argument("url")
@as_json
@pass_context
def revisions_command(context: Context, url: str, as_json: bool) -> None:
    """What became of an article since it was first read; URL is any address of it."""
    from crawler.archive import Archive
    from crawler.revisions.archive import RevisionArchive

    config = context.config()
    with context.open(config) as db:
        stored = Archive(db.conn).find(_address(url))
        if stored is None:
            raise UsageError(_unknown(db.conn, url, config.timezone))
        history = RevisionArchive(db.conn).history(stored.id)
    if as_json:
        for one in _as_data(stored, history):
            print_json(one)
        return
    print_lines(_told(stored, history, config.timezone))


def _address(url: str) -> str:
    from crawler.urls import canonical

    try:
        return canonical(url)
    except ValueError:
        raise UsageError(f"{url!r} is no web address: write https://…") from None


def _unknown(connection: sqlite3.Connection, url: str, zone: str) -> str:
    """Why there is nothing to tell of an address."""
    from crawler.retention.tombstones import Tombstones

    buried = Tombstones(connection).at(_address(url))
    if buried is not None:
        return f"the article at {url} was pruned {local(buried.pruned_at, zone)}"
    return f"no article is known at {url}: `siaga articles` lists what is"


# For programs -------------------------------------------------------------------------------------


def _as_data(stored: StoredArticle, history: list[Logged]) -> Iterator[dict[str, Any]]:
    """One object for the first text and for each event, oldest first."""
    texts = [one for one in history if one.before is not None]
    first = texts[0].before if texts else None
    number = texts[0].revision - 1 if texts and texts[0].revision else stored.revision
    yield {
        "event": "first",
        "at": stored.first_seen_at.isoformat(),
        "url": stored.article.url,
        "revision": number,
        "title": first.title if first else stored.article.title,
    }
    for one in history:
        yield {
            "event": one.event.value,
            "at": one.at.isoformat(),
            "url": stored.article.url,
            **_facts(one),
        }


def _facts(one: Logged) -> dict[str, Any]:
    from crawler.revisions.differences import difference

    if one.absence is not None:
        return {"how": one.absence.value}
    if one.before is None or one.after is None or one.change is None:
        return {}
    return {
        "revision": one.revision,
        "title": one.after.title,
        **one.change.to_data(),
        "diff": {
            "title": _stretches(difference(one.before.title, one.after.title)),
            "body": _stretches(difference(one.before.body, one.after.body)),
        },
    }


def _stretches(stretches: tuple[Stretch, ...]) -> list[list[str]]:
    return [[one.op.value, one.text] for one in stretches]


# For people ---------------------------------------------------------------------------------------


def _told(stored: StoredArticle, history: list[Logged], zone: str) -> Iterator[Text]:
    from rich.text import Text

    changes = sum(one.before is not None for one in history)
    yield Text(stored.article.title, style="bold")
    yield Text(
        f"{stored.article.url}\nfirst read {local(stored.first_seen_at, zone)}; ", end=""
    ).append(f"{count(changes, 'revision')} since" if changes else "its text has not changed since")
    if stored.text_pruned_at is not None:
        yield Text(
            f"its texts were pruned {local(stored.text_pruned_at, zone)}: headlines are left"
        )
    for one in history:
        yield Text("")
        yield Text(f"{local(one.at, zone)}  {_headline(one)}", style="bold")
        yield from _difference(one)


def _headline(one: Logged) -> str:
    if one.absence is not None:
        return f"gone: {_WENT[one.absence]}"
    if one.change is None:
        return "back: the page was there again"
    victims = (
        f"{_COUNTED[line.toll]} {_numbers(line.before)} -> {_numbers(line.after)}"
        for line in one.change.victims
    )
    kinds = (kind.value for kind in one.change.kinds if kind != "victims")
    return f"revision {one.revision}: {', '.join((*kinds, *victims))}"


def _numbers(numbers: tuple[int, ...]) -> str:
    return "/".join(map(str, numbers)) or "none named"


def _difference(one: Logged) -> Iterator[Text]:
    """The lines in which words went or came, each with what stands round it."""
    from crawler.revisions.differences import difference

    if one.before is None or one.after is None:
        return
    pairs = ((one.before.title, one.after.title), (one.before.body, one.after.body))
    for before, after in pairs:
        if before != after:
            yield from _marked(difference(before, after)).split("\n", allow_blank=False)


def _marked(stretches: tuple[Stretch, ...]) -> Text:
    from rich.text import Text

    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    marked = Text()
    for place, one in enumerate(stretches):
        if one.op == "same":
            marked.append(_shortened(one.text, first=not place, last=place == len(stretches) - 1))
            continue
        opening, closing = ("", "") if coloured else _MARKS[one.op]
        for number, line in enumerate(one.text.split("\n")):
            marked.append("\n" if number else "")
            if line:
                marked.append(f"{opening}{line}{closing}", style=_STYLES[one.op])
    return marked


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """Unchanged text, without its middle; of the first stretch the end, of the last the beginning."""
    head = "" if first else text[:_CONTEXT]
    tail = "" if last else text[-_CONTEXT:]
    if len(head) + len(tail) >= len(text):
        return text
    return f"{head}…{tail}"
