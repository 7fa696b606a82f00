"""A little of `make fuzz` with every run of the suite, and what it found before."""

from __future__ import annotations

import signal

import pytest

from tests.fuzz.mutations import seeds_of
from tests.fuzz.readers import READERS
from tests.fuzz.run import FindingError, a_round

FINDINGS = (
    # lxml cannot read back the surrogate that libxml2 takes when it mends a document.
    ("feed", b'<feed xmlns="&#xD800;http://www.w3.org/2005/Atom"><entry/></feed'),
    ("feed", b"<rss><channel><item><title>&#xD800;&#55296;</title><link>/a</link></item>"),
    # feedparser takes the number for a character.
    ("feed", b"<rdf:RDF><item><title>Kabar</title><link>/a</link>&#x110000;/rdf:RDF>"),
    ("date", b"2019-01-02T11:18:00.123+08:-"),
    # ruamel warns of the second one, and shows the line in which it stands.
    ("config", b"sites: []\nchannels: {a: &x {type: console}, b: &x {type: console}}\n"),
)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_keeps_its_promise_for_its_seeds_and_whatever_is_made_of_them(name: str) -> None:
    for data in seeds_of(name):
        READERS[name](data)
    assert a_round(name, READERS[name], number=20190102, inputs=60) >= 60


@pytest.mark.parametrize(("name", "data"), FINDINGS)
def test_what_was_found_once_is_mended(name: str, data: bytes) -> None:
    READERS[name](data)


def test_a_finding_is_made_small() -> None:
    def refuse(data: bytes) -> None:
        if b"item" in data:
            raise ValueError("an item")

    with pytest.raises(FindingError) as found:
        a_round("feed", refuse, number=1)
    assert b"item" in found.value.data


def test_a_round_leaves_no_alarm_behind() -> None:
    a_round("date", READERS["date"], number=2, inputs=2)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
