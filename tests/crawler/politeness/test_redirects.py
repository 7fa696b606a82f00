from __future__ import annotations

import pytest

from crawler.politeness.redirects import Arrival, Move, judge, new_address

FEED = "https://koran.co.id/feed"


@pytest.mark.parametrize(
    ("url", "statuses", "move"),
    [
        (FEED, (), Move.NONE),
        (FEED, (301, 301), Move.NONE),  # round in a circle
        ("https://koran.co.id/rss", (301,), Move.MOVED),
        ("https://www.koran.co.id/rss", (308, 301), Move.MOVED),
        ("https://koran.co.id/rss", (302,), Move.TEMPORARY),
        ("https://koran.co.id/rss", (301, 302), Move.TEMPORARY),
        ("https://koran.co.id/", (301,), Move.HOME),
        ("https://lain.co.id/", (301,), Move.HOME),
        ("https://koran.co.id/?utm_source=rss", (301,), Move.HOME),
        ("https://koran.co.id/?feed=rss2", (301,), Move.MOVED),
        ("https://lain.co.id/feed", (301,), Move.ELSEWHERE),
    ],
)
def test_a_chain_of_redirects_means(url: str, statuses: tuple[int, ...], move: Move) -> None:
    assert judge(FEED, Arrival(url=url, statuses=statuses)) is move


def test_a_home_page_may_move_to_another_one() -> None:
    arrival = Arrival(url="https://www.koran.co.id/", statuses=(301,))
    assert judge("http://koran.co.id/", arrival) is Move.MOVED


@pytest.mark.parametrize(("listed", "address"), [(["a", "b"], "https://lain.id/f"), (["b"], None)])
def test_a_source_moves_to_a_strangers_domain_only_with_news_that_is_known(
    listed: list[str], address: str | None
) -> None:
    arrival = Arrival(url="https://lain.id/f", statuses=(301,))
    assert new_address(FEED, arrival, listed=listed, known=frozenset({"a"})) == address
