"""What the answers of each peer mean: every HTTP status, and the peer's own words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from alerts.outcome import OutcomeKind
from tests.contracts.variants import LOGIN, Variant, answering, try_once, variants
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCEPTED, TRANSIENT, THROTTLED, AMBIGUOUS, PERMANENT, PAYLOAD, CHANNEL, GONE = (
    OutcomeKind.ACCEPTED,
    OutcomeKind.TRANSIENT,
    OutcomeKind.THROTTLED,
    OutcomeKind.AMBIGUOUS,
    OutcomeKind.PERMANENT,
    OutcomeKind.PAYLOAD,
    OutcomeKind.CHANNEL,
    OutcomeKind.GONE,
)
BY_HTTP = {
    variant.name: variant for variant in variants() if variant.kind not in ("console", "email")
}
STATUSES = {
    ACCEPTED: [200, 201, 202, 204, 206],
    CHANNEL: [300, 301, 302, 303, 304, 307, 308, 401, 403, 407],
    GONE: [410],
    THROTTLED: [429],
    TRANSIENT: [408, 425, 500, 501, 502, 503, 504, 507, 520, 599],
    PERMANENT: [400, 402, 404, 405, 406, 409, 411, 413, 414, 415, 418, 422, 431, 451],
}
FEW = (204, 302, 401, 404, 410, 429, 503)  # for the channel that starts a process a message
OWN: dict[str, dict[int, OutcomeKind]] = {
    "discord": {400: PAYLOAD, 404: CHANNEL, 413: PAYLOAD, 422: PAYLOAD},
    "ntfy": {400: PAYLOAD, 404: CHANNEL, 413: PAYLOAD},
    "slack-2": dict.fromkeys(STATUSES[ACCEPTED], AMBIGUOUS),  # a 200 without words says nothing
    "teams": {400: PAYLOAD, 404: CHANNEL, 413: PAYLOAD},
    "telegram": {400: PAYLOAD, 404: CHANNEL, 413: PAYLOAD},
}


@pytest.fixture(scope="module")
def http() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def mail() -> Iterator[MailReceiver]:
    with MailReceiver(login=LOGIN) as receiver:
        yield receiver


@pytest.mark.parametrize("variant", BY_HTTP.values(), ids=BY_HTTP)
def test_every_http_status_has_its_class(
    variant: Variant, http: WebhookReceiver, mail: MailReceiver
) -> None:
    wanted = {status: kind for kind, statuses in STATUSES.items() for status in statuses}
    wanted |= OWN.get(variant.name, {})
    if variant.name == "apprise":
        wanted = {status: wanted[status] for status in FEW}
    found = {
        status: try_once(variant.reaching(f"/status/{status}", http, mail)) for status in wanted
    }
    assert {status: outcome.kind for status, outcome in found.items()} == wanted
    refusals = [s for s, kind in wanted.items() if kind not in (ACCEPTED, AMBIGUOUS)]
    assert [s for s in refusals if str(s) not in found[s].detail] == []


@pytest.mark.parametrize("variant", BY_HTTP.values(), ids=BY_HTTP)
def test_every_channel_rests_when_a_header_asks_for_it(
    variant: Variant, http: WebhookReceiver, mail: MailReceiver
) -> None:
    if variant.name == "apprise":
        return  # Apprise does not tell
    outcome = try_once(variant.reaching("/rest/429/90", http, mail))
    assert (outcome.kind, outcome.retry_after) == (THROTTLED, timedelta(seconds=90))


def said(variant: str, status: int, data: Any, http: WebhookReceiver, mail: MailReceiver) -> Any:
    return try_once(BY_HTTP[variant].reaching(answering(status, data), http, mail))


@pytest.mark.parametrize(
    ("variant", "status", "data", "kind"),
    [
        ("discord", 404, {"code": 10015, "message": "Unknown Webhook"}, CHANNEL),
        ("discord", 401, {"code": 50027, "message": "Invalid Webhook Token"}, CHANNEL),
        ("discord", 404, {"code": 10008, "message": "Unknown Message"}, PERMANENT),
        ("discord", 400, {"code": 50035, "message": "Invalid Form Body"}, PAYLOAD),
        ("discord", 400, {"code": 10003, "message": "Unknown Channel"}, CHANNEL),
        ("telegram", 403, {"description": "Forbidden: bot was blocked by the user"}, CHANNEL),
        ("telegram", 400, {"description": "Bad Request: chat not found"}, CHANNEL),
        ("telegram", 400, {"description": "Bad Request: group chat was upgraded"}, CHANNEL),
        ("telegram", 400, {"description": "Bad Request: message is too long"}, PAYLOAD),
        ("telegram", 400, {"description": "Bad Request: message is not modified"}, ACCEPTED),
        ("telegram", 400, {"description": "Bad Request: message to edit not found"}, PERMANENT),
        ("telegram", 401, {"description": "Unauthorized"}, CHANNEL),
        ("ntfy", 400, {"code": 40009, "error": "invalid request: topic invalid"}, CHANNEL),
        ("ntfy", 400, {"code": 40024, "error": "invalid request"}, PAYLOAD),
        ("ntfy", 507, {"code": 50701, "error": "no room"}, TRANSIENT),
        ("slack-2", 200, {"ok": False, "error": "invalid_blocks"}, PAYLOAD),
        ("slack-2", 200, {"ok": False, "error": "msg_too_long"}, PAYLOAD),
        ("slack-2", 200, {"ok": False, "error": "not_in_channel"}, CHANNEL),
        ("slack-2", 200, {"ok": False, "error": "invalid_auth"}, CHANNEL),
        ("slack-2", 200, {"ok": False, "error": "is_archived"}, CHANNEL),
        ("slack-2", 200, {"ok": False, "error": "message_not_found"}, PERMANENT),
        ("slack-2", 200, {"ok": False, "error": "rate_limited"}, THROTTLED),
        ("slack-2", 200, {"ok": False, "error": "internal_error"}, AMBIGUOUS),
        ("slack-2", 200, {"ok": False, "error": "never_heard_of"}, TRANSIENT),
        ("slack-2", 200, {"ok": "perhaps"}, AMBIGUOUS),
        ("slack-2", 200, ["ok"], AMBIGUOUS),
        ("slack-2", 503, {"ok": False, "error": "service_unavailable"}, TRANSIENT),
    ],
)
def test_the_peers_own_words_decide_where_they_say_more(
    variant: str,
    status: int,
    data: Any,
    kind: OutcomeKind,
    http: WebhookReceiver,
    mail: MailReceiver,
) -> None:
    assert said(variant, status, data, http, mail).kind is kind


@pytest.mark.parametrize(
    ("variant", "data", "seconds"),
    [
        ("discord", {"retry_after": 0.75, "global": False}, 0.75),
        ("telegram", {"ok": False, "parameters": {"retry_after": 35}}, 35),
        ("telegram", {"ok": False, "parameters": {"retry_after": 10**12}}, 7 * 86_400),
        ("discord", {"retry_after": -5}, 0),
        ("discord", {"retry_after": "nanti"}, None),
        ("discord", {"retry_after": True}, None),
        ("discord", {"retry_after": float("nan")}, None),
        ("discord", {"retry_after": float("inf")}, 7 * 86_400),
        ("telegram", {"parameters": [35]}, None),
    ],
)
def test_a_wait_that_a_peer_asks_for_in_its_json_is_obeyed(
    variant: str,
    data: Any,
    seconds: float | None,
    http: WebhookReceiver,
    mail: MailReceiver,
) -> None:
    outcome = said(variant, 429, data, http, mail)
    assert outcome.kind is THROTTLED
    assert outcome.retry_after == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("variant", "data"),
    [
        ("discord", {"id": "../../users/1"}),
        ("discord", {"id": None}),
        ("discord", "[" * 5000),
        ("telegram", {"ok": True, "result": {"message_id": "1/2"}}),
        ("telegram", {"ok": True, "result": [1]}),
        ("slack-2", {"ok": True, "channel": ["C"], "ts": 5}),
    ],
)
def test_an_answer_with_a_name_that_is_none_is_accepted_without_one(
    variant: str, data: Any, http: WebhookReceiver, mail: MailReceiver
) -> None:
    outcome = said(variant, 200, data, http, mail)
    assert (outcome.kind, outcome.peer_id) == (ACCEPTED, None)
