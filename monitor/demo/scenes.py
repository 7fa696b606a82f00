"""What the demo shows, scene by scene, as rich renderables. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from monitor.demo.looks import Outcome
from monitor.demo.pages import indonesian_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from monitor.demo.articles import Publication
    from monitor.demo.looks import Look
    from monitor.demo.newsroom import Newsroom

WIDTH = 92
READER_ZONE = "Asia/Makassar"
FIRST_LOOK = "Siaga looks at the three sites for the first time"
SECOND_LOOK = "Siaga looks again"
_WATCHLISTS = """\
watchlists:
  - name: suriah
    any: [Suriah, Syria]
  - name: astana
    any: [Astana]
    none: ["Astana Anyar"]     # a quarter of Bandung, not the capital
"""
_NEXT_STEPS = """\
Nothing of this is left on your machine. What to do now:

  make run             watch the real sites that config.yaml names
  edit config.yaml     your sites, your words, your Slack, mail or webhook;
                       a daemon that runs takes a saved edit in by itself
  siaga check          what is wrong in config.yaml, line by line
"""
_TROUBLES = {
    Outcome.RUN_FAILED: "`siaga run --once` ended with an error, so the story stops here.",
    Outcome.NOT_TOLD: "A channel received nothing, so the story stops here.",
    Outcome.TOLD_TOO_MUCH: "An alert came that its watchlist rules out, so the story stops here.",
}
_AFTER_TROUBLE = "Nothing is left on your machine. Please report this with what is shown above."


def opening(newsroom: Newsroom) -> RenderableType:
    """The invented sites, where they are and what they carry."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("site", "address", "articles", "zone"):
        table.add_column(heading)
    for site in newsroom.sites:
        count = len(newsroom.publications(site.name))
        table.add_row(site.name, site.url, str(count), site.timezone)
    words = "Three invented news sites, all on this machine. No real outlet is asked anything."
    return _panel(Group(Text(words), Text(), table), "A small newsroom")


def watchlists() -> RenderableType:
    """What the demo's readers asked to be told."""
    return _panel(
        Syntax(_WATCHLISTS.rstrip(), "yaml", background_color="default"), "What to watch for"
    )


def crawl(heading: str, look: Look) -> RenderableType:
    """What a look asked of each site."""
    statuses: dict[str, Counter[int]] = {}
    for request in look.requests:
        statuses.setdefault(request.site, Counter())[request.status] += 1
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("site")
    for column in ("requests", "read", "unchanged"):
        table.add_column(column, justify="right")
    for site, counts in sorted(statuses.items()):
        figures = (counts.total(), counts[200], counts[304])
        table.add_row(site, *(str(figure) for figure in figures))
    return _panel(table, heading, border="cyan")


def alert(alert: Mapping[str, Any]) -> RenderableType:
    """One alert as a webhook's body has it, the words that matched marked."""
    article = alert["article"]
    words = [matched["text"] for matched in alert.get("matched", ())]
    lines = [
        _marked(article["title"], words, "bold"),
        Text(f"{article['site']}, {_when(article)}", "dim"),
        Text(),
        _marked(alert.get("snippet") or "", words, ""),
        Text(article["url"], "blue"),
        *(Text(f"also in {one['site']}", "dim") for one in alert.get("also_in", ())),
    ]
    title = "Alert: " + ", ".join(alert["watchlists"])
    return _panel(Group(*lines), title, border="green")


def arrivals(look: Look) -> RenderableType:
    """How many messages each channel brought."""
    return _words(
        f"Arrived: {len(look.alerts)} by webhook (signature verified), "
        f"{look.slack_messages} by Slack, {look.mails} by e-mail."
    )


def held_back() -> RenderableType:
    """What was read and rightly told to nobody."""
    return _words(
        "Read, and told to nobody: the police station of Astana Anyar, which the watchlist rules "
        "out, and the headlines in the sidebars, which belong to no article."
    )


def later(publication: Publication) -> RenderableType:
    """What the newsroom publishes meanwhile."""
    return _panel(
        Group(Text(publication.piece.title, "bold"), Text(publication.url, "blue")),
        "Meanwhile, one of the sites publishes",
    )


def closing(outcome: Outcome) -> RenderableType:
    """What to do next, or what went wrong."""
    if outcome is Outcome.TOLD:
        return _panel(Text(_NEXT_STEPS.rstrip()), "That was Siaga", border="cyan")
    return _panel(Text(f"{_TROUBLES[outcome]}\n{_AFTER_TROUBLE}"), "That went wrong", border="red")


def _words(text: str) -> Padding:
    return Padding(Text(text), (0, 3, 1, 3))


def _panel(content: RenderableType, title: str, border: str = "dim") -> Panel:
    return Panel(
        content, title=title, title_align="left", border_style=border, padding=(1, 2), width=WIDTH
    )


def _marked(text: str, words: list[str], style: str) -> Text:
    marked = Text(text, style)
    marked.highlight_words(words, "black on yellow")
    return marked


def _when(article: Mapping[str, Any]) -> str:
    at, on = article.get("published_at"), article.get("published_on")
    if at:
        return indonesian_date(datetime.fromisoformat(at), READER_ZONE)
    return str(on) if on else "undated"
