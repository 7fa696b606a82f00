"""The e-mail channel: one message a recipient, in text and HTML, handed to a mail server."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from alerts.addresses import HostName, MailAddress, MailAddresses
from alerts.channel import ChannelConfig
from alerts.digests.wording import digest_text, facts, rest
from alerts.outcome import of_failure, of_smtp_reply
from alerts.render import Segment, headline, of_alert, picture, plain, shorten
from alerts.transport.roles import MailServer, SmtpReply, Tls
from alerts.wording import footer, lines_of, text_of
from core.models import Model
from core.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.channel import Channel, Envelope
    from alerts.digests.digest import Digest
    from alerts.notice import Message
    from alerts.outcome import Outcome
    from alerts.render import Picture
    from alerts.transport.roles import Transport

_SUBJECT_LIMIT = 200
_DIGEST_ROOM = 100_000
_PORTS = {Tls.STARTTLS: 587, Tls.IMPLICIT: 465, Tls.NONE: 25}
_ONLY_ASCII = "use letters without accents, digits and the signs of an English keyboard (ASCII)"
_NOT_IN_A_LABEL = re.compile(r"[^a-z0-9]+")


def _ascii_name(name: str) -> str:
    if not name.isascii():
        raise ValueError(f"this user name cannot be told to a mail server: {_ONLY_ASCII}")
    return name


def _ascii_password(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().isascii():
        raise ValueError(f"this password cannot be told to a mail server: {_ONLY_ASCII}")
    return secret


class SmtpConfig(Model):
    """The server that takes our mail; without `port`, 587 for starttls, 465 for implicit, 25 for none."""

    host: HostName
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    username: Annotated[str, AfterValidator(_ascii_name)] | None = None
    password: Annotated[SecretStr, AfterValidator(_ascii_password)] | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.username is None) is not (self.password is None):
            raise ValueError("username and password are needed both, or neither")
        return self

    def server(self) -> MailServer:
        tls = Tls(self.tls)
        return MailServer(
            host=self.host,
            port=self.port or _PORTS[tls],
            tls=tls,
            username=self.username,
            password=self.password.get_secret_value() if self.password else None,
        )


class EmailConfig(ChannelConfig):
    """Every address of `to` gets a message of its own."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "type": "email",
        "to": ["ani@redaksi.example", "budi@redaksi.example"],
        "from": "siaga@redaksi.example",
        "smtp": {
            "host": "smtp.redaksi.example",
            "username": "siaga",
            "password": "sebuah kata sandi",
        },
    }
    give_up_after: ClassVar[timedelta] = timedelta(days=5)  # as mail servers do among themselves

    type: Literal["email"]
    to: MailAddresses
    sender: MailAddress = Field(alias="from")
    smtp: SmtpConfig

    @property
    def recipients(self) -> tuple[str, ...]:
        return self.to

    def channel(self, transport: Transport) -> Channel:
        return Email(self, transport)


class Email:
    """Mails an alert."""

    def __init__(self, config: EmailConfig, transport: Transport) -> None:
        self._config = config
        self._transport = transport

    def render(self, message: Message, envelope: Envelope) -> bytes:
        shown = picture(message, envelope.zone)
        mail = EmailMessage(policy=_POLICY)
        for name, value in _headers(shown, message.story, envelope, self._config.sender).items():
            mail[name] = value
        mail.set_content(_text(shown), cte="quoted-printable")
        mail.add_alternative(_html(shown), subtype="html", cte="quoted-printable")
        # A random boundary would make each render differ.
        mail.set_boundary(f"=_{envelope.message_id}")
        return mail.as_bytes()

    def render_digest(self, digest: Digest, envelope: Envelope) -> bytes:
        mail = EmailMessage(policy=_POLICY)
        shown = picture(digest, envelope.zone)
        for name, value in _headers(shown, digest.story, envelope, self._config.sender).items():
            mail[name] = value
        del mail["References"]  # it belongs to no story
        mail.replace_header("Subject", _header_text(f"[Siaga] {shown.title_text}"))
        text = digest_text(digest, envelope.zone, room=_DIGEST_ROOM)
        mail.set_content(lines_of(text) + "\n", cte="quoted-printable")
        mail.add_alternative(_html_digest(digest, envelope), subtype="html", cte="quoted-printable")
        mail.set_boundary(f"=_{envelope.message_id}")
        return mail.as_bytes()

    def render_text(self, text: str, message: Message, envelope: Envelope) -> bytes:
        """One part of plain text, for a server that found the whole message too large, too."""
        shown = picture(message, envelope.zone)
        mail = EmailMessage(policy=_POLICY)
        for name, value in _headers(shown, message.story, envelope, self._config.sender).items():
            mail[name] = value
        mail.set_content(lines_of(text) + "\n", cte="quoted-printable")
        return mail.as_bytes()

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:
        answer = self._transport.mail.submit(
            self._config.smtp.server(),
            self._config.sender,
            envelope.recipient,
            payload,
            policy=self._config.policy,
        )
        return of_smtp_reply(answer) if isinstance(answer, SmtpReply) else of_failure(answer)

    def check(self) -> Outcome:
        answer = self._transport.mail.log_in(
            self._config.smtp.server(), self._config.sender, policy=self._config.policy
        )
        return of_smtp_reply(answer) if isinstance(answer, SmtpReply) else of_failure(answer)


class _Policy(EmailPolicy):
    """Folds only headers of free text.

    Long ids (References) and list headers would be folded into encoded words, which breaks them.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:  # overrides
        if name.lower() in ("subject", "keywords"):
            return SMTP.fold_binary(name, value)
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", max_line_length=998)


def _headers(shown: Picture, story: int, envelope: Envelope, sender: str) -> dict[str, str]:
    domain = sender.rpartition("@")[2]
    topic = shown.watchlists[0] if shown.watchlists else shown.site
    label = _NOT_IN_A_LABEL.sub("-", fold(topic)).strip("-") or "watchlist"
    headers = {
        "From": sender,
        "To": envelope.recipient,
        "Subject": _subject(shown),
        "Date": format_datetime(envelope.sent_at),
        "Message-ID": f"<{envelope.message_id}@{domain}>",
        "References": f"<story-{story}@{domain}>",
        "List-Id": f"<{label}.siaga.{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    if shown.watchlists:
        headers["Keywords"] = _header_text(", ".join(shown.watchlists))
    return headers


def _subject(shown: Picture) -> str:
    return _header_text(f"[{', '.join(shown.watchlists) or shown.site}] {shown.title_text}")


def _header_text(text: str) -> str:
    """Text fit for a header: of one line, and without an opener of an encoded word.

    Python 3.11.7 decodes such words in what it is given, line breaks included (CVE-2024-6923).
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return plain(shorten([Segment(text)], _SUBJECT_LIMIT)).replace("=?", "= ?")


def _facts(shown: Picture) -> str:
    return " · ".join(filter(None, (shown.site, shown.published)))


def _text(shown: Picture) -> str:
    marked = Segment(plain(shown.snippet, before="*", after="*"))
    return text_of(replace(shown, snippet=(marked,))) + "\n"


def _html(shown: Picture) -> str:
    title = _marked(shown.title)
    if shown.link is not None:
        title = f'<a href="{html.escape(shown.link)}">{title}</a>'
    last = "<br>".join(map(html.escape, footer(shown)))
    return (
        '<!DOCTYPE html>\n<html lang="id"><head><meta charset="utf-8"></head><body>\n'
        f"<h2>{title}</h2>\n<p>{html.escape(_facts(shown))}</p>\n"
        f"<p>{_marked(shown.snippet)}</p>\n<p><small>{last}</small></p>\n</body></html>\n"
    )


def _html_digest(digest: Digest, envelope: Envelope) -> str:
    entries = "\n".join(_html_entry(of_alert(alert, envelope.zone)) for alert in digest.alerts)
    more = rest(digest, len(digest.alerts))
    return (
        '<!DOCTYPE html>\n<html lang="id"><head><meta charset="utf-8"></head><body>\n'
        f"<h2>{html.escape(headline(digest))}</h2>\n{entries}\n"
        f"<p><small>{html.escape(more)}</small></p>\n</body></html>\n"
    )


def _html_entry(shown: Picture) -> str:
    title = _marked(shown.title) or "(tanpa judul)"
    if shown.link is not None:
        title = f'<a href="{html.escape(shown.link)}">{title}</a>'
    return (
        f"<p><b>{title}</b><br><small>{html.escape(facts(shown))}</small>"
        f"<br>{_marked(shown.snippet)}</p>"
    )


def _marked(parts: tuple[Segment, ...]) -> str:
    escaped = (Segment(html.escape(part.text), part.marked) for part in parts)
    return plain(escaped, before="<mark>", after="</mark>")
