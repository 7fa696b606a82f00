"""The webhook channel: CONTRACT's JSON, signed after Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, SecretStr, field_validator

from alerts.addresses import WebAddress  # noqa: TC001  # pydantic reads it at run time
from alerts.channel import ChannelConfig
from alerts.digests.digest import Digest, FollowUp
from alerts.notice import Notice
from alerts.outcome import of_failure, of_reply
from alerts.transport.roles import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from alerts.alert import Alert
    from alerts.channel import Channel, Envelope
    from alerts.notice import Message
    from alerts.outcome import Outcome
    from alerts.transport.roles import Transport

_ENCODED = "whsec_"


def _key(secret: SecretStr) -> bytes:
    text = secret.get_secret_value()
    if not text.startswith(_ENCODED):
        return text.encode()
    return base64.b64decode(text.removeprefix(_ENCODED), validate=True)


def _usable(secret: SecretStr) -> SecretStr:
    try:
        key = _key(secret)
    except binascii.Error:
        raise ValueError("a secret that begins with whsec_ must go on in base64") from None
    if not key:
        raise ValueError("an empty secret signs nothing: leave it out, or write one")
    return secret


class WebhookConfig(ChannelConfig):
    """`secret` signs: "whsec_" and base64 of the key, or any other text, which is then the key itself."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "type": "webhook",
        "url": "https://redaksi.example/siaga",
        "secret": "whsec_c2lhZ2Egc2lhZ2Egc2lhZ2E=",
    }

    type: Literal["webhook"]
    url: WebAddress
    secret: Annotated[SecretStr, AfterValidator(_usable)] | None = None

    @field_validator("template")
    @classmethod
    def _no_template(cls, template: str | None) -> str | None:
        if template is not None:
            raise ValueError("a webhook has no template: its body is JSON that programs read")
        return template

    def channel(self, transport: Transport) -> Channel:
        return Webhook(self, transport)


class Webhook:
    """Posts an alert as JSON."""

    def __init__(self, config: WebhookConfig, transport: Transport) -> None:
        self._config = config
        self._transport = transport

    def render(self, message: Message, envelope: Envelope) -> bytes:
        return json.dumps(body(message, envelope), ensure_ascii=False).encode("utf-8", "replace")

    def render_digest(self, digest: Digest, envelope: Envelope) -> bytes:
        return self.render(digest, envelope)

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:
        headers = {"Content-Type": "application/json", "User-Agent": "Siaga"}
        headers |= self._signature(payload, envelope.message_id, self._transport.clock.now())
        answer = self._transport.http.post(
            self._config.url.get_secret_value(), payload, headers, policy=self._config.policy
        )
        return of_reply(answer) if isinstance(answer, Reply) else of_failure(answer)

    def _signature(self, payload: bytes, message_id: str, now: datetime) -> dict[str, str]:
        timestamp = str(int(now.timestamp()))
        headers = {"webhook-id": message_id, "webhook-timestamp": timestamp}
        if self._config.secret is not None:
            signed = f"{message_id}.{timestamp}.".encode() + payload
            digest = hmac.digest(_key(self._config.secret), signed, hashlib.sha256)
            headers["webhook-signature"] = "v1," + base64.b64encode(digest).decode()
        return headers


def body(message: Message, envelope: Envelope) -> dict[str, Any]:
    """A message as the contract has it: its type, id and sent_at, and what it tells.

    A digest has at most 40 alerts, and `total`, their number; with `coverage` when it has none. A follow-up
    has the keys of an alert; its `also_in` names what is new, `outlets` how many carry the story. A
    notice has title and text.
    """
    said = {"id": envelope.message_id, "sent_at": envelope.sent_at.isoformat()}
    if isinstance(message, Notice):
        return {"type": "notice", **said, **message.to_data()}
    if isinstance(message, Digest):
        return {"type": "digest", **said, **_digest_body(message, envelope)}
    if isinstance(message, FollowUp):
        told = {**_alert_body(message.alert, envelope), "outlets": message.outlets}
        return {**told, "type": "follow-up", "also_in": [asdict(one) for one in message.fresh]}
    return _alert_body(message, envelope)


def _change(alert: Alert) -> list[dict[str, Any]] | None:
    """What became of an article that was known before, in lines; None for news."""
    return [asdict(line) for line in alert.change.lines] if alert.change else None


def _digest_body(digest: Digest, envelope: Envelope) -> dict[str, Any]:
    alerts = [_alert_body(alert, envelope) for alert in digest.alerts]
    coverage = asdict(digest.coverage) if digest.coverage is not None else None
    return {
        "number": digest.number,
        "total": digest.total,
        "alerts": [{**alert, "id": one} for alert, one in zip(alerts, digest.ids, strict=False)],
        "coverage": coverage,
    }


def _alert_body(alert: Alert, envelope: Envelope) -> dict[str, Any]:
    return {
        "type": "alert",
        "id": envelope.message_id,
        "watchlists": list(alert.watchlists),
        "story": alert.story,
        "sent_at": envelope.sent_at.isoformat(),
        "article": {key: value for key, value in alert.article.items() if key != "body"},
        "snippet": alert.snippet,
        "matched": [asdict(words) for words in alert.matched],
        "also_in": [asdict(other) for other in alert.also_in],
        "change": _change(alert),
    }
