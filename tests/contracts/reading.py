"""How to read what each channel renders, as its peer does.

Each reader gives what a reader of the message sees of the title, and asserts that nothing but our own
marks, links and layout takes effect in the message. A new channel adds its own.
"""

from __future__ import annotations

import email.policy
import json
import re
from email import message_from_bytes
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import EmailMessage

LINK = "https://koran.example/berita/1?utm_source=umpan"

# What the apps look for in plain text: addresses, mentions, tags, commands, telephone numbers.
FOUND = re.compile(r"://\S|[@#$](?=\w)|(?<!\w)/(?=\w)|\+(?=\d)|\w\.(?=\w)")


def is_inert(text: str) -> None:
    assert not FOUND.search(text), FOUND.search(text)
    assert all(
        line.isprintable() or re.search("[\u200c\u200d\u2060]", line) for line in lines(text)
    )


def lines(text: str) -> list[str]:
    return text.split("\n")


def read_webhook(payload: bytes) -> str:
    return str(json.loads(payload)["article"]["title"])


# Slack --------------------------------------------------------------------------------------------


def unescaped(text: str) -> str:
    assert "<" not in text
    assert ">" not in text
    assert not re.search("&(?!amp;|lt;|gt;)", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_slack(payload: bytes) -> str:
    message = json.loads(payload)
    assert set(message) == {"text", "blocks", "mrkdwn", "unfurl_links", "unfurl_media"}
    assert message["mrkdwn"] is message["unfurl_links"] is message["unfurl_media"] is False
    assert len(message["blocks"]) <= 50
    assert len(payload.decode()) < 10_000
    unescaped(message["text"])
    links = []
    for block in message["blocks"]:
        assert block["type"] in ("header", "rich_text", "context")
        for element in block.get("elements", ()):
            if element["type"] == "plain_text":
                assert element["emoji"] is False
                unescaped(element["text"])
                continue
            (*parts,) = element["elements"]
            assert sum(len(part["text"]) for part in parts) <= 3000
            assert all(part["type"] in ("text", "link") and part["text"] for part in parts)
            links += [part["url"] for part in parts if part["type"] == "link"]
    assert links == [LINK]
    header = message["blocks"][0]["text"]
    assert header["type"] == "plain_text"
    assert 0 < len(header["text"]) <= 150
    return unescaped(header["text"])


# E-mail -------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.titles: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = self._inside or tag == "h2"

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "h2"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.titles.append(data)


HEADERS = (
    b"From To Subject Date Message-ID References List-Id Keywords Auto-Submitted MIME-Version"
    b" Content-Type".split()
)


def has_our_headers_only(payload: bytes, *more: bytes) -> EmailMessage:
    message: EmailMessage = message_from_bytes(payload, policy=email.policy.default)
    head = payload.partition(b"\r\n\r\n")[0]
    assert payload.isascii()
    assert b"\n" not in payload.replace(b"\r\n", b"")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert sorted(names) == sorted([*HEADERS, *more])
    assert all(len(line) <= 998 for line in payload.split(b"\r\n"))
    assert message["To"] == "ani@redaksi.example"
    assert message["Bcc"] is None
    subject = str(message["Subject"])
    assert len(subject) <= 210
    assert "\n" not in subject
    assert "\r" not in subject
    assert "=?" not in subject
    return message


def read_email(payload: bytes) -> str:
    message = has_our_headers_only(payload)
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    tags = Tags()
    tags.feed(html.get_content())
    allowed = {"html", "head", "meta", "body", "h2", "p", "a", "mark", "small", "br"}
    assert {tag for tag, _ in tags.tags} <= allowed
    links = [attributes["href"] for tag, attributes in tags.tags if tag == "a"]
    assert links == [LINK]
    return "".join(tags.titles)


def read_console(payload: bytes) -> str:
    shown = payload.decode().split("\n")
    assert len(shown) <= 7
    assert all(line.isprintable() or "\u200d" in line for line in shown)
    return shown[0].removeprefix("●")


# Discord ------------------------------------------------------------------------------------------

_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_DISCORDS = re.compile(r"[\\*_~`|<>#@:\[\]()]|^\s*(?:[-+]|\d+\.)\s|://")


def from_discord(text: str) -> str:
    """The text that Discord shows of its Markdown, in which only what is bold may be marked up."""
    plain = re.sub(r"(?<!\\)((?:\\\\)*)\*\*", r"\1", text)
    left = _ESCAPED.sub("", plain)
    assert not _DISCORDS.search(left), (text, _DISCORDS.search(left))
    return _ESCAPED.sub(r"\1", plain)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def read_discord(payload: bytes) -> str:
    message = json.loads(payload)
    assert message["allowed_mentions"] == {"parse": []}
    assert set(message) == {"embeds", "allowed_mentions"}
    (embed,) = message["embeds"]
    assert set(embed) == {"author", "title", "url", "description", "color", "footer"}
    assert embed["url"] == LINK
    shown = (embed["author"]["name"], embed["title"], embed["description"], embed["footer"]["text"])
    for text, limit in zip(shown, (256, 256, 4096, 2048), strict=True):
        assert utf16(text) <= limit
    assert sum(map(utf16, shown)) <= 6000
    from_discord(embed["description"])
    return from_discord(embed["title"])


# Telegram -----------------------------------------------------------------------------------------


def entity_text(text: str, entity: Mapping[str, Any]) -> str:
    start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
    return text.encode("utf-16-le")[start:end].decode("utf-16-le")


def read_telegram(payload: bytes) -> str:
    message = json.loads(payload)
    assert set(message) == {"text", "entities", "link_preview_options"}
    assert message["link_preview_options"] == {"is_disabled": True}
    text = message["text"]
    assert 0 < utf16(text) <= 4096
    is_inert(text)
    links = [entity for entity in message["entities"] if entity["type"] == "text_link"]
    assert [link["url"] for link in links] == [LINK]
    assert [entity_text(text, link) for link in links] == ["Buka artikel"]
    assert {entity["type"] for entity in message["entities"]} <= {"bold", "text_link"}
    title = message["entities"][0]
    assert (title["type"], title["offset"]) == ("bold", 0)
    return entity_text(text, title)


# The others ---------------------------------------------------------------------------------------


def read_ntfy(payload: bytes) -> str:
    message = json.loads(payload)
    assert set(message) == {"title", "message", "click", "priority", "sequence_id"}
    assert message["click"] == LINK
    assert "\n" not in message["title"]
    assert 0 < len(message["message"].encode()) <= 4096
    is_inert(message["title"])
    is_inert(message["message"])
    return str(message["title"])


def read_teams(payload: bytes) -> str:
    assert len(payload) < 28_000
    message = json.loads(payload)
    (attachment,) = message["attachments"]
    card = attachment["content"]
    assert [action["url"] for action in card["actions"]] == [LINK]
    assert "entities" not in card["msteams"]
    for block in card["body"]:
        assert block["type"] == "RichTextBlock"
        for run in block["inlines"]:
            assert run["type"] == "TextRun"
            assert "selectAction" not in run
            assert "{{" not in run["text"]
            is_inert(run["text"])
    return "".join(run["text"] for run in card["body"][0]["inlines"])


# A tag, entity, link, emphasis, code, spoiler, heading, list or quotation of any service.
_ANY_MARKUP = re.compile(
    r"<[\w/!@#?]|&[\w#]|\]\(|[*_~`|][^\s\u2060]|!\[|^(?:[-+*>#]|\d+\.)\s|\\[^\s\u2060]",
    re.MULTILINE,
)


def is_free_of_any_markup(text: str) -> None:
    for part in re.split(rf"(?<!\S){re.escape(LINK)}(?!\S)", text):
        is_inert(part)
        assert not _ANY_MARKUP.search(part), (part, _ANY_MARKUP.search(part))


def read_apprise(payload: bytes) -> str:
    message = json.loads(payload)
    is_free_of_any_markup(message["title"])
    is_free_of_any_markup(message["text"])
    assert "\n" not in message["title"]
    return str(message["title"])


def read_apprise_text(payload: bytes) -> str:
    message = json.loads(payload)
    assert message["title"] == ""
    assert 0 < len(message["text"]) <= 6000
    is_free_of_any_markup(message["text"])
    return str(message["text"])


READERS: Mapping[str, Callable[[bytes], str]] = {
    "apprise": read_apprise,
    "console": read_console,
    "discord": read_discord,
    "email": read_email,
    "ntfy": read_ntfy,
    "slack": read_slack,
    "teams": read_teams,
    "telegram": read_telegram,
    "webhook": read_webhook,
}
