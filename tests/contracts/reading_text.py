"""How to read the plainest form of each channel's messages, as its peer does.

Each reader gives the text that is seen, and asserts that nothing in it takes effect but the article's
own address, and that it is no longer than the peer takes.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tests.contracts.reading import (
    LINK,
    from_discord,
    has_our_headers_only,
    is_inert,
    read_apprise_text,
    utf16,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ALONE = re.compile(rf"(?<!\S){re.escape(LINK)}(?!\S)")


def is_inert_but_for_the_link(text: str) -> None:
    for part in ALONE.split(text):
        is_inert(part)


def text_of_slack(payload: bytes) -> str:
    (block,) = json.loads(payload)["blocks"]
    (section,) = block["elements"]
    assert len(section["elements"]) <= 1000
    for element in section["elements"]:
        assert element["type"] == "text" or element["url"] == LINK
    text = "".join(element["text"] for element in section["elements"])
    assert 0 < len(text) <= 3000
    return text


def text_of_email(payload: bytes) -> str:
    message = has_our_headers_only(payload, b"Content-Transfer-Encoding")
    assert message.get_content_type() == "text/plain"
    return str(message.get_content())


def text_of_discord(payload: bytes) -> str:
    message = json.loads(payload)
    assert set(message) == {"content", "allowed_mentions"}
    assert message["allowed_mentions"] == {"parse": []}
    content = message["content"]
    assert 0 < utf16(content) <= 2000
    return LINK.join(map(from_discord, content.split(f"<{LINK}>")))


def text_of_telegram(payload: bytes) -> str:
    message = json.loads(payload)
    assert message["entities"] == []
    assert message["link_preview_options"] == {"is_disabled": True}
    assert 0 < utf16(message["text"]) <= 4096
    is_inert_but_for_the_link(message["text"])
    return str(message["text"])


def text_of_ntfy(payload: bytes) -> str:
    message = json.loads(payload)
    assert set(message) == {"message", "click", "priority", "sequence_id"}
    assert 0 < len(message["message"].encode()) <= 4096
    is_inert_but_for_the_link(message["message"])
    return str(message["message"])


def text_of_teams(payload: bytes) -> str:
    assert len(payload) < 28_000
    (attachment,) = json.loads(payload)["attachments"]
    runs = [block["inlines"][0]["text"] for block in attachment["content"]["body"]]
    assert runs
    for run in runs:
        assert "{{" not in run
        is_inert(run)
    return "\n".join(runs)


def text_of_console(payload: bytes) -> str:
    return payload.decode().removeprefix("●")


TEXT_READERS: Mapping[str, Callable[[bytes], str]] = {
    "apprise": read_apprise_text,
    "console": text_of_console,
    "discord": text_of_discord,
    "email": text_of_email,
    "ntfy": text_of_ntfy,
    "slack": text_of_slack,
    "teams": text_of_teams,
    "telegram": text_of_telegram,
}
