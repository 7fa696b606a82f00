"""A config file that is wrong where a secret stands: the error tells the place, never the secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from alerts.registry import channel_types
from core.errors import ConfigError
from core.models import Model
from monitor.config import read_config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANARY = "kenari"
WRONG_VALUES = (
    "kenari-rahasia",
    "kenari rahasia\n",
    "https://ani:kenari@redaksi.example/",
    "ani:kenari@redaksi.example",
    "https://[kenari/",
    "https://redaksi.example:kenari/",
    "kenari://redaksi.example",
    "json://ani:kenari@[redaksi",
    "whsec_kenari!",
    "${KENARI}",
)
WRONG_YAML = (
    "secret: *kenari",
    "secret: !kenari x",
    "secret: %kenari",
    "secret: @kenari",
    "secret: 'kenari",
    'secret: "kenari \\q"',
    "secret: [kenari, 1",
    "secret: {kenari: x}",
    "secret: [kenari]",
    "secret: |kenari",
    "secret_file: /kenari-tidak-ada",
)


def secret_places(model: type[Model], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where a channel's config takes a secret."""
    for name, field in model.model_fields.items():
        inner = str(field.annotation)
        if SecretStr.__name__ in inner:
            yield (*before, field.alias or name)
        elif isinstance(field.annotation, type) and issubclass(field.annotation, Model):
            yield from secret_places(field.annotation, (*before, field.alias or name))


def channel_with(example: Any, place: tuple[str, ...], value: str) -> dict[str, Any]:
    step, *rest = place
    inner = channel_with(example.get(step, {}), tuple(rest), value) if rest else value
    return {**example, step: inner}


def problems_of(path: Path, environment: dict[str, str]) -> str:
    """What is said of a config; nothing where it is right."""
    try:
        read_config(path, environment=environment)
    except ConfigError as error:
        return f"{error} {error!r}"
    return ""


@pytest.mark.parametrize("kind", sorted(channel_types()))
def test_no_wrong_secret_of_a_channel_is_repeated(kind: str, tmp_path: Path) -> None:
    model, path = channel_types()[kind], tmp_path / "config.yaml"
    for place in secret_places(model):
        for value in WRONG_VALUES:
            channel = channel_with(model.EXAMPLE, place, "${VALUE}")
            path.write_text(f"channels: {{satu: {channel!r}}}\n")
            said = problems_of(path, {"VALUE": value})
            assert CANARY not in said, place


@pytest.mark.parametrize("line", WRONG_YAML)
def test_no_line_that_cannot_be_read_is_repeated(line: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        f"channels:\n  satu:\n    type: webhook\n    url: https://a.example/\n    {line}\n"
    )
    said = problems_of(path, {})
    assert said
    assert CANARY not in said.replace("/kenari-tidak-ada", "")  # a path is told: it is no secret


@pytest.mark.parametrize("value", WRONG_VALUES)
def test_a_password_in_the_address_of_a_proxy_is_refused_and_not_repeated(
    value: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text('crawl: {proxy: "${PROXY}"}\n')
    said = problems_of(path, {"PROXY": value})
    assert said
    assert CANARY not in said


@pytest.mark.parametrize(
    "text",
    [
        "timezone: ${VALUE}\n",
        "database: [${VALUE}]\n",
        "crawl: {delay: '${VALUE}', user_agent: ['${VALUE}']}\n",
        "network: {allow_private: ['${VALUE}']}\n",
        "sites: ['${VALUE}', {name: '${VALUE}', url: '${VALUE}'}]\n",
        "watchlists: [{name: satu, any: ['(${VALUE}'], notify: ['${VALUE}']}]\n",
        "channels: {satu: {type: '${VALUE}'}}\n",
        "channels: {satu: {type: email, to: ['${VALUE}'], from: '${VALUE}', smtp: {host: '${VALUE}'}}}\n",
    ],
)
def test_what_the_environment_holds_is_not_repeated_wherever_it_was_put_by_mistake(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    said = problems_of(path, {"VALUE": "kenari rahasia!"})
    assert said
    assert CANARY not in said
