"""A process that works for long spares what it has loaded."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from core.collecting import NEW_OBJECTS, spare_what_is_loaded

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


class Node:
    """One that holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_is_looked_through_no_more_and_what_comes_after_it_is() -> None:
    loaded = [Node()]
    spare_what_is_loaded()
    assert gc.get_freeze_count() > NEW_OBJECTS
    assert not any(one is loaded for one in gc.get_objects())
    for _ in range(100):
        Node()
    assert gc.collect() >= 100
