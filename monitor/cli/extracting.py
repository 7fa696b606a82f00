"""`siaga extract`: what extraction sees in a page."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import ConfigError, SiagaError, UsageError
from core.text import excerpt
from monitor.cli.context import as_json, pass_context
from monitor.cli.json_lines import numbered_lines, parse_line
from monitor.cli.output import print_json, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.article import Article
    from crawler.extraction.leftovers import Leftover
    from crawler.sites import CrawlSections
    from monitor.cli.context import Context

DEFAULT_ZONE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to read from a file."""

    url: str
    path: Path
    timezone: str

    def article(self) -> Article:
        """As read, without what was left out."""
        return self.read()[0]

    def read(self) -> tuple[Article, tuple[Leftover, ...]]:
        """The article, and the page's other lines.

        Raises PageError, or UsageError when the file or the zone is not there.
        """
        from crawler.cleaning import cleaned
        from crawler.extraction import extract_page

        _check_zone(self.timezone)
        try:
            html = self.path.read_bytes()
        except OSError as error:
            raise UsageError(f"{self.path} cannot be read: {error.strerror}") from error
        now = datetime.now(UTC)
        reading = extract_page(html, self.url, timezone=self.timezone, now=now)
        return cleaned(reading.article), reading.leftovers()


@click.command("extract")
@click.argument("page", required=False)
@click.option("--url", help="The address of a page given as a file.")
@click.option("--timezone", help="The zone of dates that name none (default: the reader's).")
@click.option(
    "--batch",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Lines {"url", "path", "timezone"?}; one JSON article a line, in order.',
)
@as_json
@pass_context
def extract_command(
    context: Context,
    page: str | None,
    url: str | None,
    timezone: str | None,
    batch: Path | None,
    as_json: bool,
) -> None:
    """Show what extraction sees in PAGE: a file, or a web address, which is then fetched."""
    zone = timezone or _reader_zone(context)
    if batch is not None:
        _extract_batch(batch, zone)
    elif page is None:
        raise UsageError("name a page: siaga extract PAGE, or --batch FILE.jsonl")
    else:
        _check_zone(zone)
        article, leftovers = _read(context, page, url, zone)
        if as_json:
            print_json(article_data(article))
        else:
            _show(article, leftovers)


def _read(
    context: Context, page: str, url: str | None, zone: str
) -> tuple[Article, tuple[Leftover, ...]]:
    """The article and what its page shows besides; of a fetched page that stays in the worker."""
    if page.startswith(("http://", "https://")):
        return asyncio.run(_fetched(context, page, zone)), ()
    path = Path(page)
    return Page(url=url or f"https://localhost/{path.name}", path=path, timezone=zone).read()


async def _fetched(context: Context, url: str, zone: str) -> Article:
    """The article at an address, fetched by the worker as every page is: politely and with its limits."""
    from core.clock import SystemClock
    from crawler.discovery.announcement import Announcement
    from crawler.job import CrawlJob, CrawlReport
    from crawler.supervisor import Supervisor
    from monitor.visiting import worker_settings

    sections = _crawl_sections(context)
    supervisor = Supervisor(worker_settings(sections), clock=SystemClock())
    reports: list[CrawlReport] = []

    async def take(report: CrawlReport) -> None:
        reports.append(report)

    job = CrawlJob(
        id="extract",
        site="extract",
        url=url,
        timezone=zone,
        again=(Announcement(url=url),),
        user_agent=sections.crawl.user_agent,
    )
    try:
        await supervisor.crawl(job, take)
    finally:
        await supervisor.stop()
    for page in (page for report in reports for page in report.pages):
        if page.article is not None:
            return page.article
        detail = page.fetch.detail or f"HTTP {page.fetch.status}"
        raise SiagaError(f"{url} gave no article: {page.fetch.outcome} ({detail})")
    raise SiagaError(f"{url} gave no answer")


def _extract_batch(batch: Path, zone: str) -> None:
    failed = 0
    for number, line in numbered_lines(batch):
        result = _extract_line(line, f"{batch}:{number}", zone)
        failed += "error" in result
        print_json(result)
    if failed:
        say(f"{failed} pages gave no article")
        sys.exit(1)


def _extract_line(line: str, place: str, zone: str) -> dict[str, Any]:
    page = _asked_page(line, place, zone)
    try:
        return article_data(page.article())
    except SiagaError as error:
        return {"url": page.url, "error": str(error)}


def _asked_page(line: str, place: str, zone: str) -> Page:
    """The page that a line of a batch names. Raises UsageError."""
    try:
        asked = parse_line(line)
        url, path, timezone = asked["url"], asked["path"], asked.get("timezone") or zone
    except (ValueError, KeyError, TypeError):
        raise UsageError(f'{place}: a line must be {{"url": …, "path": …}}') from None
    if not all(isinstance(text, str) for text in (url, path, timezone)):
        raise UsageError(f"{place}: url, path and timezone must be text")
    return Page(url=url, path=Path(path), timezone=timezone)


def article_data(article: Article) -> dict[str, Any]:
    """An article that is not stored, as CONTRACT's JSON."""
    return {
        "id": None,
        **article.to_data(),
        "first_seen_at": None,
        "revision": 1,
        "story": None,
    }


def _show(article: Article, leftovers: Iterable[Leftover]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, emoji=False)
    console.print(Text(article.title, style="bold"))
    for name, value in _fields(article):
        line = Text(f"{name:>10}  ", style="dim").append(value, style="default")
        evidence = article.evidence.get(_EVIDENCE.get(name, name))
        console.print(line.append(f"  ({evidence})" if evidence else "", style="dim"))
    console.print()
    console.print(Text(article.body))
    left_out = _summary(leftovers)
    if left_out:
        console.print(Text("\nleft out", style="dim"))
        console.print(Text("\n".join(left_out), style="dim"))


def _summary(leftovers: Iterable[Leftover]) -> list[str]:
    """What was left out, a line for each reason: how many lines, and how the first of them begin."""
    by_reason: dict[str, list[str]] = {}
    for one in leftovers:
        by_reason.setdefault(one.kind or one.why, []).append(one.text)
    return [
        f"{reason:>10}  {len(texts)}: " + " · ".join(excerpt(text, 40) for text in texts[:3])
        for reason, texts in by_reason.items()
    ]


_EVIDENCE = {"published": "published_at", "language": "language"}


def _fields(article: Article) -> Iterator[tuple[str, str]]:
    published = article.published_at or article.published_on
    yield "address", article.canonical_url
    yield "published", published.isoformat() if published else "unknown"
    if article.dateline:
        yield "dateline", article.dateline
    for name in ("authors", "editors", "tags"):
        if values := getattr(article, name):
            yield name, ", ".join(values)
    for name in ("section", "language", "image_url"):
        if value := getattr(article, name):
            yield name, value


def _check_zone(zone: str) -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"{zone!r} is no time zone: write one like Asia/Makassar") from None


def _reader_zone(context: Context) -> str:
    """The config's zone; a page can be read without any config."""
    if not context.config_path.exists():
        return DEFAULT_ZONE
    from crawler.project import read_project

    return read_project(context.config_path).timezone


def _crawl_sections(context: Context) -> CrawlSections:
    from crawler.project import read_project
    from crawler.sites import CrawlConfig, CrawlSections, NetworkConfig

    try:
        return read_project(context.config_path).sections
    except ConfigError:
        if context.config_path.exists():
            raise
    return CrawlSections(sites=(), crawl=CrawlConfig(), network=NetworkConfig())
