"""Sends to addresses through the ways out of the channels, in a process of its own.

It reads one JSON object, `{"allowed", "posts", "mails", "relays"}`, and writes the stage at which each
failed, null where one was answered.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from alerts.transport.http import HttpPoster
from alerts.transport.relay import AppriseRelay
from alerts.transport.roles import Failure, MailServer, Tls
from alerts.transport.smtp import SmtpMailer
from core.addresses import AddressPolicy
from core.clock import SystemClock

if TYPE_CHECKING:
    from alerts.transport.roles import Reply, SmtpReply


def main() -> None:
    asked = json.load(sys.stdin)
    policy = AddressPolicy.of(asked["allowed"])
    poster, mailer, relay = (
        HttpPoster(SystemClock(), seconds=5),
        SmtpMailer(seconds=5),
        AppriseRelay(),
    )
    said: list[Reply | SmtpReply | Failure] = [
        *(poster.post(url, b"{}", {}, policy=policy) for url in asked["posts"]),
        *(mailer.submit(server(host, port), "a@b.example", "c@d.example", b"", policy=policy)
          for host, port in asked["mails"]),
        *(relay.relay(url, "Kabar", "Isi", policy=policy) for url in asked["relays"]),
    ]  # fmt: skip
    json.dump([one.stage if isinstance(one, Failure) else None for one in said], sys.stdout)


def server(host: str, port: int) -> MailServer:
    return MailServer(host=host, port=port, tls=Tls.NONE, username=None, password=None)


if __name__ == "__main__":
    main()
