"""Which watchlists read the article log together."""

from __future__ import annotations

from monitor.readers import readers
from monitor.records import WatchlistPlace


def place(name: str, read_seq: int | None = None) -> WatchlistPlace:
    return WatchlistPlace(
        name=name, version=1, fingerprint=name, start_seq=0, read_seq=read_seq, gone_at=None
    )


def test_those_that_have_read_as_far_read_together_and_the_furthest_behind_go_first() -> None:
    places = [place("banjir"), place("rob", 7), place("gempa", 0), place("api", 7)]
    found = readers(places, {one.name for one in places})
    assert found.in_step.names == ("banjir",)
    assert [(group.read_to, group.names) for group in found.behind] == [
        (0, ("gempa",)),
        (7, ("rob", "api")),
    ]


def test_what_left_the_config_does_not_read() -> None:
    found = readers([place("banjir"), place("rob", 7)], {"gempa"})
    assert found.in_step.names == ()
    assert found.behind == ()
