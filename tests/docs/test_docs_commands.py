"""The docs' commands exist, and what the docs say that they print is what they print."""

from __future__ import annotations

import shlex
import threading
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import click
import pytest

from alerts.outcome import OutcomeKind
from alerts.trial import sample_alert, try_channel
from monitor.cli.main import COMMANDS, siaga
from monitor.demo.newsroom import Newsroom
from tests.alerts.newsdesk import make_config, make_transport
from tests.docs.pages import DOCS, ROOT, blocks, codes, pages, prose
from tests.docs.record import COMMANDS as PAGE
from tests.docs.record import desk_in
from tests.docs.sessions import PROMPT, alike, exchanges, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.docs.sessions import Desk

NOT_PLAYED = {"demo"}  # it has a test of its own
ELSEWHERE = {
    *("export", ".", "git", "pip", "datasette", "sqlite-utils"),
    *("systemctl", "systemd-run", "docker"),
}
"""Not ours to test."""
SECRET = "whsec_cmFoYXNpYSByZWRha3Np"


# The sessions -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Newsroom.open(now=datetime.now(UTC)) as newsroom:
        desk = desk_in(tmp_path_factory.mktemp("docs"), newsroom)
        desk.lay_out(PAGE)
        yield desk


def test_what_the_page_of_commands_shows_is_what_they_print(desk: Desk) -> None:
    for block in blocks(PAGE, "console"):
        for shown, played in zip(exchanges(block.text), desk.play(block.text), strict=True):
            assert played.status == status_of(block.name), played
            assert alike(shown.output, played.output), (
                f"{block.place}: {shown.command} now prints\n{played.output}\n"
                "`python -m tests.docs.record` writes the page anew"
            )


def test_a_session_that_differs_in_a_word_is_not_alike() -> None:
    assert alike("2 new articles, 5 s ago\n", "3 new articles,  12 min ago\n")
    assert alike("…\nlast\n", "first\nsecond\nlast\n")
    assert not alike("2 new articles\n", "2 old articles\n")
    assert not alike("first\n", "first\nsecond\n")


def test_every_command_has_its_section_and_a_session_of_its_own() -> None:
    text = PAGE.read_text(encoding="utf-8")
    played = {word for line in sessions_of(PAGE) for word in shlex.split(line)}
    assert [name for name in COMMANDS if f"\n## siaga {name}\n" not in text] == []
    assert [name for name in COMMANDS if name not in played | NOT_PLAYED] == []


# Every command, anywhere --------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_command_that_the_docs_name_is_understood(page: Path) -> None:
    lines = [
        *sessions_of(page),
        *(code for code in codes(prose(page)) if code.startswith("siaga ")),
    ]
    assert [problem for problem in map(problem_with, lines) if problem] == []


def sessions_of(page: Path) -> list[str]:
    return [one.command for block in blocks(page, "console") for one in exchanges(block.text)]


def problem_with(line: str) -> str | None:
    """What is wrong with a command line of the docs, or None."""
    words = shlex.split(line.removeprefix(PROMPT))
    program, *arguments = words[1:] if words[0] == "sudo" else words
    if program in ELSEWHERE:
        return None
    if program == "make":
        made = {one.partition(":")[0] for one in (ROOT / "Makefile").read_text().splitlines()}
        return None if set(arguments) <= made else f"{line}: no such target"
    if program.removeprefix("/opt/siaga/").removeprefix(".venv/bin/") == "siaga":
        return problem_with_siaga(line, arguments)
    return None if program.startswith(".venv/bin/") else f"{line}: what is {program}?"


def problem_with_siaga(line: str, arguments: list[str]) -> str | None:
    try:
        _, rest, _ = siaga.make_parser(click.Context(siaga)).parse_args(list(arguments))
        name, *rest = rest
        context = click.Context(siaga)
        command = siaga.get_command(context, name)
        if command is None:
            return f"{line}: no such command"
        command.make_parser(click.Context(command, parent=context)).parse_args(rest)
    except click.UsageError as error:
        return f"{line}: {error.message}"
    return None


def test_a_command_line_with_an_option_that_is_none_is_found_out() -> None:
    assert problem_with("siaga run --once --site rakyatku") is None
    assert problem_with("siaga run --twice") is not None
    assert problem_with("siaga frobnicate") is not None
    assert problem_with("make coffee") is not None


# The receiver -------------------------------------------------------------------------------------


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The receiver that docs/channels.md shows, at work; its address."""
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    (block,) = blocks(DOCS / "channels.md", "python")
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(block.text, block.place, "exec"), names)  # the docs' own code
    server = ThreadingHTTPServer(("127.0.0.1", 0), names["Receiver"])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/siaga"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_receiver_in_the_docs_takes_what_siaga_signs(
    receiver: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kind_of_outcome(receiver, SECRET) is OutcomeKind.ACCEPTED
    assert "percobaan: Percobaan: kanal ini menerima kabar dari Siaga" in capsys.readouterr().out


@pytest.mark.parametrize("secret", ["whsec_c2FsYWg=", "bukan kuncinya", None])
def test_the_receiver_in_the_docs_refuses_what_others_sign(
    receiver: str, secret: str | None
) -> None:
    assert kind_of_outcome(receiver, secret) is OutcomeKind.CHANNEL


def kind_of_outcome(url: str, secret: str | None) -> OutcomeKind:
    """What becomes of a sample alert that the real channel posts there."""
    config = make_config(type="webhook", url=url, secret=secret, allow_private=True)
    alert = sample_alert(datetime.now(UTC))
    (outcome,) = try_channel(
        config, alert, zone="Asia/Makassar", transport=make_transport()
    ).values()
    return outcome.kind
