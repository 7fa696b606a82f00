from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from alerts.outcome import OutcomeKind, of_failure, of_smtp_reply
from alerts.transport.roles import Failure, FailureStage, MailServer, SmtpReply, SmtpStep, Tls
from alerts.transport.smtp import SmtpMailer
from core.addresses import AddressPolicy
from tests.servers.certificates import make_certificates
from tests.servers.smtp import MailReceiver

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = AddressPolicy.of(["127.0.0.0/8"])
MESSAGE = b"Subject: kabar\r\n\r\nbaris\r\n.titik\r\n..dua\r\n"


def submit(
    receiver: MailReceiver,
    *,
    tls: Tls = Tls.NONE,
    host: str = "127.0.0.1",
    policy: AddressPolicy = LOOPBACK,
    seconds: float = 5.0,
    **login: Any,
) -> SmtpReply | Failure:
    server = MailServer(host=host, port=receiver.port, tls=tls, **login)
    return SmtpMailer(seconds=seconds).submit(
        server, "siaga@redaksi.example", "ani@redaksi.example", MESSAGE, policy=policy
    )


def kind_of(answer: SmtpReply | Failure) -> OutcomeKind:
    outcome = of_smtp_reply(answer) if isinstance(answer, SmtpReply) else of_failure(answer)
    return outcome.kind


def test_a_message_arrives_byte_for_byte_dots_included() -> None:
    with MailReceiver() as receiver:
        answer = submit(receiver)
    assert kind_of(answer) is OutcomeKind.ACCEPTED
    (mail,) = receiver.mails
    assert mail.content == MESSAGE
    assert mail.recipients == ("ani@redaksi.example",)


@pytest.mark.parametrize(
    ("step", "reply", "kind"),
    [
        ("MAIL", "451 later", OutcomeKind.TRANSIENT),
        ("MAIL", "530 log in first", OutcomeKind.CHANNEL),
        ("MAIL", "550 this sender may not", OutcomeKind.CHANNEL),
        ("MAIL", "552 too large", OutcomeKind.PAYLOAD),
        ("RCPT", "450 busy", OutcomeKind.TRANSIENT),
        ("RCPT", "451 greylisted", OutcomeKind.TRANSIENT),
        ("RCPT", "452 full", OutcomeKind.TRANSIENT),
        ("RCPT", "421 closing", OutcomeKind.TRANSIENT),
        ("RCPT", "550 no such person", OutcomeKind.PERMANENT),
        ("RCPT", "551 not here", OutcomeKind.PERMANENT),
        ("RCPT", "553 no such name", OutcomeKind.PERMANENT),
        ("RCPT", "530 log in first", OutcomeKind.CHANNEL),
        ("RCPT", "DROP", OutcomeKind.TRANSIENT),
        ("DATA", "451 later", OutcomeKind.TRANSIENT),
        ("DATA", "452 full", OutcomeKind.TRANSIENT),
        ("DATA", "550 looks like spam", OutcomeKind.PERMANENT),
        ("DATA", "552 too large", OutcomeKind.PAYLOAD),
        ("DATA", "552 5.2.2 the mailbox is full", OutcomeKind.PERMANENT),
        ("DATA", "552 5.3.4 too large", OutcomeKind.PAYLOAD),
        ("DATA", "554 5.6.1 this kind is not taken", OutcomeKind.PAYLOAD),
        ("DATA", "554 refused", OutcomeKind.PERMANENT),
        ("DATA", "DROP", OutcomeKind.AMBIGUOUS),
    ],
)
def test_every_answer_of_a_mail_server_has_its_class(
    step: str, reply: str, kind: OutcomeKind
) -> None:
    with MailReceiver(replies={step: reply}) as receiver:
        assert kind_of(submit(receiver)) is kind


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("535 wrong", OutcomeKind.CHANNEL),
        ("534 too weak", OutcomeKind.CHANNEL),
        ("454 not now", OutcomeKind.TRANSIENT),
    ],
)
def test_a_refused_log_in_is_the_channels_fault(reply: str, kind: OutcomeKind) -> None:
    with MailReceiver(login=("siaga", "benar"), replies={"AUTH": reply}) as receiver:
        answer = submit(receiver, username="siaga", password="rahasia-sekali")
    assert isinstance(answer, SmtpReply)
    assert answer.step is SmtpStep.LOGIN
    assert kind_of(answer) is kind
    assert "rahasia-sekali" not in repr(answer)


def test_the_right_password_opens_the_door() -> None:
    with MailReceiver(login=("siaga", "benar")) as receiver:
        answer = submit(receiver, username="siaga", password="benar")
    assert kind_of(answer) is OutcomeKind.ACCEPTED


def test_a_log_in_that_cannot_be_told_to_a_server_is_the_channels_fault() -> None:
    with MailReceiver(login=("siaga", "benar")) as receiver:
        answer = submit(
            receiver, username="siaga", password="rahasia-\N{LATIN SMALL LETTER E WITH ACUTE}"
        )
    assert kind_of(answer) is OutcomeKind.CHANNEL
    assert "rahasia" not in repr(answer)
    assert receiver.mails == []


def test_a_server_without_log_in_cannot_be_logged_in_to() -> None:
    with MailReceiver() as receiver:
        answer = submit(receiver, username="siaga", password="benar")
    assert kind_of(answer) is OutcomeKind.CHANNEL
    assert receiver.mails == []


def test_without_starttls_nothing_is_sent_in_the_clear() -> None:
    with MailReceiver() as receiver:
        answer = submit(receiver, tls=Tls.STARTTLS)
    assert isinstance(answer, Failure)
    assert answer.stage is FailureStage.UNSUPPORTED
    assert receiver.mails == []


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_tls_is_verified_and_then_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: Tls
) -> None:
    certificates = make_certificates(tmp_path)
    implicit = tls is Tls.IMPLICIT
    with MailReceiver(tls=certificates.server, implicit=implicit) as receiver:
        distrusted = submit(receiver, tls=tls, host="localhost")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
        trusted = submit(receiver, tls=tls, host="localhost")
        other_name = submit(receiver, tls=tls, host="127.0.0.1")
    assert isinstance(distrusted, Failure)
    assert distrusted.stage is FailureStage.UNTRUSTED
    assert kind_of(trusted) is OutcomeKind.ACCEPTED
    assert isinstance(other_name, Failure)
    assert len(receiver.mails) == 1


def test_a_private_mail_server_is_refused_unless_allowed() -> None:
    with MailReceiver() as receiver:
        answer = submit(receiver, policy=AddressPolicy())
    assert isinstance(answer, Failure)
    assert answer.stage is FailureStage.REFUSED
    assert "loopback" in answer.detail


def test_nobody_there_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    assert kind_of(submit(MailReceiver(port=port))) is OutcomeKind.TRANSIENT


@pytest.mark.parametrize(
    ("replies", "kind"),
    [({"RCPT": "HANG"}, OutcomeKind.TRANSIENT), ({"DATA": "HANG"}, OutcomeKind.AMBIGUOUS)],
)
def test_a_server_that_hangs_cannot_hold_the_call(
    replies: dict[str, str], kind: OutcomeKind
) -> None:
    with MailReceiver(replies=replies) as receiver:
        assert kind_of(submit(receiver, seconds=0.5)) is kind


def test_a_server_that_never_greets_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_port = silent.getsockname()[1]
        assert kind_of(submit(MailReceiver(port=silent_port), seconds=0.3)) is OutcomeKind.TRANSIENT


def test_a_greeting_that_refuses_is_an_answer() -> None:
    reply = SmtpReply(step=SmtpStep.GREETING, code=554, text="no service")
    assert of_smtp_reply(reply).kind is OutcomeKind.CHANNEL
    assert of_smtp_reply(SmtpReply(step=SmtpStep.GREETING, code=421)).kind is OutcomeKind.TRANSIENT
