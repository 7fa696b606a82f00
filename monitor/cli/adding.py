"""`siaga add`: find a site's sources, show how it reads, and put it into the config."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from core.errors import ConfigError, SiagaError, UsageError
from monitor.cli.context import pass_context
from monitor.cli.output import ago, local, print_table, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from crawler.article import Article
    from crawler.discovery.sources import Candidate, Judgement
    from crawler.project import Project
    from crawler.sites import SiteConfig
    from monitor.cli.context import Context
    from monitor.config import Config
    from monitor.surveying import Samples, Survey

_TITLE = 70


@click.command("add")
@click.argument("url")
@click.option("--name", help="What to call the site (default: after its address).")
@click.option("--write", is_flag=True, help="Put it into the config; every comment there is kept.")
@pass_context
def add_command(context: Context, url: str, name: str | None, write: bool) -> None:
    """Find the feeds, news sitemaps and section pages of the site at URL; read three of its articles."""
    from monitor.surveying import site_entry

    config = context.config() if write else None
    project = _project(context)
    site = _site(url, name)
    if config is not None:
        _refuse_known(config, site)
    survey, samples = asyncio.run(_look(site, project))
    _show_sources(survey)
    _refuse_unreadable(site, survey, samples)
    _show_samples(samples, project.timezone)
    zone = site.timezone or samples.timezone
    entry = site_entry(site.name, survey, timezone=zone)
    _show_entry(entry)
    if zone is None:
        say(f"its pages name no time zone: dates without one are read as {project.timezone}")
    if config is not None:
        _write(config, entry)


def _project(context: Context) -> Project:
    """The crawler's part of the config; a site can be looked at without any config."""
    from crawler.project import DEFAULT_ZONE, Project, read_project
    from crawler.sites import CrawlConfig, CrawlSections, NetworkConfig

    try:
        return read_project(context.config_path)
    except ConfigError:
        if context.config_path.exists():
            raise
    sections = CrawlSections(sites=(), crawl=CrawlConfig(), network=NetworkConfig())
    return Project(sections=sections, database=context.config_path, timezone=DEFAULT_ZONE)


def _site(url: str, name: str | None) -> SiteConfig:
    """The site at an address, as far as the catalogue or the address itself tells. Raises UsageError."""
    from pydantic import ValidationError

    from crawler.catalogue import read_catalogue
    from crawler.sites import SiteConfig
    from monitor.surveying import name_for

    address = url if "://" in url else f"https://{url}"
    address += "" if urlsplit(address).path else "/"
    try:
        SiteConfig(name="x", url=address)
        called = name or name_for(address)
        known = read_catalogue().get(called)
        return SiteConfig(name=called, url=address, timezone=known.timezone if known else None)
    except ValidationError as error:
        raise UsageError(str(error.errors()[0]["ctx"]["error"])) from error
    except ValueError as error:
        raise UsageError(f"{url!r} is no web address: {error}") from error


def _refuse_known(config: Config, site: SiteConfig) -> None:
    for other in config.crawl.sites:
        if other.url.rstrip("/") == site.url.rstrip("/"):
            raise UsageError(f"{config.path} has {site.url} already, as {other.name!r}")


async def _look(site: SiteConfig, project: Project) -> tuple[Survey, Samples]:
    """Survey the site and read its samples, with a line on the terminal that says how far it is."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from core.clock import SystemClock
    from monitor.surveying import Surveyor

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"looking at {site.url}", total=None)

        async with Surveyor(
            project.sections, reader_zone=project.timezone, clock=SystemClock()
        ) as surveyor:
            survey = await surveyor.survey(
                site,
                hear=lambda one: progress.update(
                    task, description=f"{one.url}: {one.fetch.outcome}, {one.listed} listed"
                ),
            )
            progress.update(task, description=f"reading articles of {site.url}")
            return survey, await surveyor.sample(site, survey)


def _refuse_unreadable(site: SiteConfig, survey: Survey, samples: Samples) -> None:
    if samples.articles:
        return
    for failure in samples.failures:
        say(failure)
    reason = survey.problem or "none of the articles that it announces could be read"
    raise SiagaError(f"{site.url} is not added: {reason}")


# What is shown ------------------------------------------------------------------------------------


def _show_sources(survey: Survey) -> None:
    pairs = zip(survey.sources, survey.judgements, strict=True)
    rows = [_source_row(source, judgement) for source, judgement in pairs]
    rows.sort(key=lambda row: row[0] == "")
    columns = ("", "source", "kind", "items", "a day", "newest", "its title", "because")
    print_table(columns, rows, empty="no feed, no sitemap and no section page was found")


def _source_row(source: Candidate, judgement: Judgement) -> tuple[str, ...]:
    from core.text import excerpt
    from crawler.discovery.announcement import moment_of
    from crawler.visits.survey import announcements_of

    newest = max(announcements_of(source), key=moment_of, default=None)
    return (
        "✓" if judgement.kept else "",
        judgement.url,
        judgement.kind,
        str(judgement.listed),
        f"{judgement.per_day:.0f}" if judgement.per_day else "-",
        ago(judgement.newest_at) if judgement.newest_at else "-",
        excerpt((newest.title if newest else None) or "-", _TITLE),
        judgement.reason,
    )


def _show_samples(samples: Samples, zone: str) -> None:
    for article in samples.articles:
        click.echo()
        click.echo(article.title)
        click.echo(f"  {article.url}")
        click.echo(f"  {_published(article, zone)}; {_size(article)}")
        click.echo(f"  {_beginning(article)}")
    for failure in samples.failures:
        say(failure)


def _published(article: Article, zone: str) -> str:
    if article.published_at is not None:
        evidence = article.evidence.get("published_at", "")
        return f"{local(article.published_at, zone)}" + (f" ({evidence})" if evidence else "")
    return str(article.published_on) if article.published_on else "no date"


def _size(article: Article) -> str:
    people = f", by {', '.join(article.authors)}" if article.authors else ""
    return f"{len(article.body.split())} words{people}"


def _beginning(article: Article) -> str:
    from core.text import excerpt

    return excerpt(article.body.partition("\n")[0], 2 * _TITLE)


def _show_entry(entry: Mapping[str, Any]) -> None:
    from monitor.config_edit import entry_text

    click.echo()
    click.echo(f"sites:\n{entry_text(entry)}", nl=False)


def _write(config: Config, entry: Mapping[str, Any]) -> None:
    from monitor.config_write import add_site

    add_site(config, entry)
    click.echo()
    click.echo(
        f"{config.path} now has the site {entry['name']!r}; a daemon that runs will look at it soon"
    )
