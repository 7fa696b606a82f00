"""Every way in which a channel can be set up, and the same with our receivers for its peer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from alerts.channel import send
from alerts.registry import channel_types
from tests.alerts.newsdesk import make_alert, make_config, make_envelope, make_transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.channel import ChannelConfig
    from alerts.outcome import Outcome
    from alerts.transport.roles import Transport
    from tests.servers.smtp import MailReceiver
    from tests.servers.webhook import WebhookReceiver

SECRET = "rahasia-sekali"
LOGIN = ("siaga", SECRET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A type of channel and one of the examples that its file gives."""

    kind: str
    name: str
    settings: Mapping[str, Any]

    def config(self, **changes: Any) -> ChannelConfig:
        return make_config(**{**self.settings, **changes})

    def reaching(self, path: str, http: WebhookReceiver, mail: MailReceiver) -> ChannelConfig:
        """The example with our receivers in the place of its peers."""
        return self.config(allow_private=True, **self._peers(path, http, mail))

    def _peers(self, path: str, http: WebhookReceiver, mail: MailReceiver) -> dict[str, Any]:
        url = http.url(path)
        match self.name:
            case "apprise":
                return {"url": url.replace("http://", "json://")}
            case "console":
                return {}
            case "email":
                smtp = {"host": "127.0.0.1", "port": mail.port, "tls": "none"}
                return {"smtp": {**smtp, "username": LOGIN[0], "password": SECRET}}
            case "ntfy":
                return {"url": f"{url}/topik", "token": SECRET}
            case "slack-2":
                return {"api": url, "token": SECRET}
            case "telegram":
                return {"url": url, "token": f"123456:{SECRET}"}
            case _:
                return {"url": url}

    @property
    def welcome(self) -> str:
        """The path at which our receiver answers as the channel's peer does when it takes a message."""
        match self.name:
            case "discord":
                return answering(200, {"id": "1100000000000000001"})
            case "slack-2":
                return answering(200, {"ok": True, "channel": "C0SIAGA00", "ts": "1546402800.0001"})
            case "telegram":
                return answering(200, {"ok": True, "result": {"message_id": 77}})
            case "teams":
                return "/status/202"
            case _:
                return "/accept"


def variants() -> tuple[Variant, ...]:
    return tuple(
        Variant(kind=kind, name=kind if number == 1 else f"{kind}-{number}", settings=settings)
        for kind, model in sorted(channel_types().items())
        for number, settings in enumerate((model.EXAMPLE, *model.OTHER_EXAMPLES), start=1)
    )


def answering(status: int, data: Any) -> str:
    """The path at which our receiver answers so."""
    return f"/json/{status}/{quote(json.dumps(data), safe='')}"


@cache
def ways_out(seconds: float = 5.0) -> Transport:
    """The real ways out; made once, because reading the machine's certificates takes its time."""
    return make_transport(seconds=seconds)


def try_once(config: ChannelConfig, seconds: float = 5.0, **alert: Any) -> Outcome:
    channel = config.channel(ways_out(seconds))
    envelope = make_envelope(recipient=config.recipients[0])
    return send(config, channel, channel.render(make_alert(**alert), envelope), envelope)
