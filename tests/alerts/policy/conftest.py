from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.alerts.post_office import PostOffice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[..., PostOffice]]:
    """Opens post offices on one database, each with settings of its own."""
    offices: list[PostOffice] = []

    def opened(**settings: Any) -> PostOffice:
        offices.append(PostOffice(path=tmp_path / "siaga.db", **settings))
        return offices[-1]

    yield opened
    for one in offices:
        one.db.close()
