"""Commands that show what reaches people, and make it reach them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.records import CONFIG, SURIAH

if TYPE_CHECKING:
    from tests.e2e.program import Program
    from tests.servers.webhook import WebhookReceiver


def test_alerts_name_what_was_told_and_to_whom(archive: Program) -> None:
    (alert,) = archive.ask("alerts")
    assert alert["watchlists"] == ["suriah"]
    assert alert["title"] == SURIAH["title"]
    assert alert["deliveries"] == {"pending": 1}
    assert "Utusan Suriah" in archive.run("alerts").out


def test_deliveries_can_be_had_by_state(archive: Program) -> None:
    (waiting,) = archive.ask("deliveries", "--state", "pending")
    assert (waiting["channel"], waiting["attempts"]) == ("kait", 0)
    assert archive.ask("deliveries", "--state", "sent") == []
    assert "pending" in archive.run("deliveries").out


def test_a_delivery_is_made_again_with_the_same_id_and_body(
    own: Program, hook: WebhookReceiver
) -> None:
    own.save(CONFIG.format(url=hook.url("/accept/lagi")).replace("[{name: koran", "[] #"))
    own.write_lines("berita.jsonl", SURIAH)
    own.run("import", "berita.jsonl", "--alert")
    assert "1 delivery made" in own.run("run", "--once").out
    (sent,) = own.ask("deliveries")
    assert own.run("redeliver", str(sent["id"])).out == "1 delivery due again\n"
    assert own.run("redeliver", sent["message_id"]).status == 0
    assert "1 delivery made" in own.run("run", "--once").out
    first, again = [one for one in hook.accepted if one.path == "/accept/lagi"]
    assert first.headers["webhook-id"] == again.headers["webhook-id"] == sent["message_id"]
    assert first.body == again.body


def test_a_channel_is_tried_with_a_sample(own: Program, hook: WebhookReceiver) -> None:
    own.save(CONFIG.format(url=hook.url("/accept/coba")))
    done = own.run("test-channel", "kait")
    assert (done.status, done.out, done.err) == (0, "kait: accepted\n", "")
    (sample,) = [one for one in hook.accepted if one.path == "/accept/coba"]
    assert sample.data["type"] == "alert"


def test_a_sample_appears_on_the_console(own: Program) -> None:
    done = own.run("test-channel", "konsol")
    assert done.status == 0
    assert "Percobaan" in done.out
