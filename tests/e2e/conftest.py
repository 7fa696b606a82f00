"""A newsroom on loopback and the program in a directory of its own, for every test of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.press import Press
from tests.e2e.program import Program
from tests.e2e.records import BERAS, CONFIG, SURIAH
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def press() -> Iterator[Press]:
    with Press.open() as opened:
        yield opened


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(directory=tmp_path)


@pytest.fixture(scope="module")
def hook() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def archive(hook: WebhookReceiver, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """One that holds two imported articles and an alert on one of them; tests only read it."""
    program = Program(directory=tmp_path_factory.mktemp("arsip"))
    program.save(CONFIG.format(url=hook.url("/accept")))
    program.write_lines("berita.jsonl", SURIAH, BERAS, {**SURIAH, "url": f"{SURIAH['url']}&x=1"})
    done = program.run("import", "berita.jsonl", "--alert")
    assert (done.status, done.out) == (0, "")
    assert done.err == "2 new articles, 1 known already, 0 bad lines\n"
    return program


@pytest.fixture
def own(hook: WebhookReceiver, tmp_path: Path) -> Program:
    """An empty one of the test's own."""
    program = Program(directory=tmp_path)
    program.save(CONFIG.format(url=hook.url("/accept")))
    return program
