"""What the tests of real visits share: a crew, a site, and one site's coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crawler.crew import Coverage, Crew, config_of
from tests.servers.newsroom import FEED, NewsSite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def crew() -> Iterator[Crew]:
    """One worker for all: a daemon's lives for weeks, too."""
    with Crew() as one:
        yield one


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite() as one:
        yield one


@pytest.fixture
def coverage(crew: Crew, site: NewsSite, tmp_path: Path) -> Iterator[Coverage]:
    """The site's feed, named in the config, and a database."""
    with Coverage(crew, tmp_path / "siaga.db", config_of(site, FEED)) as one:
        yield one
