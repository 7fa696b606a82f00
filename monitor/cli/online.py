"""`siaga check --online`: does every site of the config answer, and announce anything? And the channels?"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from monitor.cli.output import ago, print_table, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.channel import ChannelConfig
    from crawler.sites import CrawlSections, SiteConfig
    from monitor.config import Config
    from monitor.surveying import Survey, Surveyor

AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A site and what a survey of it found; `survey` is None where the worker failed."""

    site: SiteConfig
    survey: Survey | None
    problem: str | None


def known_sites() -> list[SiteConfig]:
    """Every site of the catalogue that has not ended."""
    from crawler.catalogue import read_catalogue
    from crawler.sites import site_of

    return [site_of(entry) for entry in read_catalogue().entries() if entry.active]


def check_online(
    config: Config, sites: Sequence[SiteConfig], *, channels: Mapping[str, ChannelConfig]
) -> None:
    """Survey sites, ask channels, and print what came of it.

    Exits with 1 when a site can not be read or a channel does not know us.
    """
    checked = asyncio.run(_survey_all(config.crawl, sites, reader_zone=config.timezone))
    columns = ("site", "home page", "sources", "newest item", "problem")
    print_table(columns, [_row(one) for one in checked], empty="no sites in the config")
    strangers = _ask(channels) if channels else 0
    failed = sum(one.problem is not None for one in checked)
    click.echo(f"{len(checked) - failed} of {len(checked)} sites answer and announce articles")
    if failed or strangers:
        sys.exit(1)


def _ask(channels: Mapping[str, ChannelConfig]) -> int:
    """Ask every channel that can be asked; how many do not know us."""
    from alerts.outcome import OutcomeKind
    from alerts.transport.network import open_transport
    from alerts.trial import check_channel
    from core.clock import SystemClock

    transport, strangers = open_transport(SystemClock()), 0
    for name, channel in channels.items():
        outcome = check_channel(channel, transport)
        if outcome is None:
            click.echo(
                f"the channel {name} can be tried by sending only: siaga test-channel {name}"
            )
        elif outcome.kind is OutcomeKind.ACCEPTED:
            click.echo(f"the channel {name} answers and knows us")
        else:
            strangers += 1
            say(f"the channel {name}: {outcome.kind}: {outcome.detail}")
    return strangers


async def _survey_all(
    sections: CrawlSections, sites: Sequence[SiteConfig], *, reader_zone: str
) -> list[Checked]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from core.clock import SystemClock
    from monitor.surveying import Surveyor

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    room = asyncio.Semaphore(AT_ONCE)
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("looking at the sites", total=len(sites))
        surveyor = Surveyor(sections, reader_zone=reader_zone, clock=SystemClock())

        async def check(site: SiteConfig) -> Checked:
            async with room:
                checked = await _check(surveyor, site)
            progress.update(task, advance=1, description=site.name)
            return checked

        async with surveyor:
            return list(await asyncio.gather(*map(check, sites)))


async def _check(surveyor: Surveyor, site: SiteConfig) -> Checked:
    from crawler.supervisor import WorkerError

    try:
        survey = await surveyor.survey(site)
    except WorkerError as error:
        return Checked(site=site, survey=None, problem=str(error))
    return Checked(site=site, survey=survey, problem=_problem(site, survey))


def _problem(site: SiteConfig, survey: Survey) -> str | None:
    """Why a site cannot be watched as the config has it, or None."""
    from crawler.discovery.sources import Reason

    named = {*site.feeds, *site.sections}
    failed = [
        one.url
        for one in survey.judgements
        if one.url in named and one.reason in (Reason.FAILED, Reason.EMPTY, Reason.STALE)
    ]
    if survey.problem is None and failed:
        return f"these tell no news: {', '.join(failed)}"
    return survey.problem


def _row(checked: Checked) -> tuple[str, ...]:
    if checked.survey is None:
        return (checked.site.name, "-", "-", "-", checked.problem or "")
    survey = checked.survey
    kept = [one for one in survey.judgements if one.kept]
    newest = max((one.newest_at for one in kept if one.newest_at), default=None)
    return (
        checked.site.name,
        _home(survey),
        ", ".join(f"{sum(one.kind is kind for one in kept)} {kind}" for kind in _kinds(survey)),
        ago(newest) if newest else "-",
        checked.problem or "",
    )


def _home(survey: Survey) -> str:
    """What became of the look at the home page, in a word or two."""
    from crawler.outcomes import Outcome

    if survey.home is None:
        return "-"
    outcome = survey.home.fetch.outcome
    return "reached" if outcome is Outcome.READ else str(outcome)


def _kinds(survey: Survey) -> list[str]:
    return list(dict.fromkeys(one.kind for one in survey.judgements if one.kept))
