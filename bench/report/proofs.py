"""Goals that tests show rather than measurements: which tests, and what they must show. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`tests` are files of the suite, or single tests as FILE::NAME."""

    name: str
    subject: str
    text: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One case that was run, by the file and the name of its test, parameters left out."""

    test: str
    passed: bool


_POLICY = "tests/alerts/policy/test_delivery_policy.py::test_"
_CONTRACT = "tests/contracts/test_channel_contract.py::test_no_hostile_title_takes_effect"
_TROUBLE = "tests/e2e/test_outbox_trouble.py::test_"

PROOFS = (
    Proof(
        name="reading",
        subject="Extraction",
        text="any bytes at all give an article or a named refusal; a date printed in each known form is "
        "read back as the same instant",
        tests=(
            "tests/crawler/extraction/test_any_bytes.py",
            "tests/crawler/extraction/test_dates.py",
        ),
    ),
    Proof(
        name="polls",
        subject="Looks",
        text="45 daily polls of one feed give each article once",
        tests=("tests/crawler/test_replay.py",),
    ),
    Proof(
        name="kills",
        subject="Kills",
        text="100 kills of the dispatcher beside failing receivers, and one at each step: nothing lost, "
        "repeats only with the same id and body, none before Retry-After; without the outbox it is "
        "seen to lose",
        tests=("tests/e2e/test_outbox_crash.py",),
    ),
    Proof(
        name="daemon_kills",
        subject="Kills",
        text="10 kills of the whole daemon: nothing lost, repeats only with the same id",
        tests=("tests/e2e/test_journey.py",),
    ),
    Proof(
        name="answers",
        subject="Channels",
        text="every answer of a peer has its class, in every channel",
        tests=("tests/contracts/test_channel_answers.py",),
    ),
    Proof(
        name="hostile",
        subject="Channels",
        text="of 1,000 hostile titles no header, mention, link or markup takes effect, in every channel",
        tests=(
            _CONTRACT,
            f"{_CONTRACT}_in_the_plainest_form_either",
            f"{_CONTRACT}_in_a_digest_or_a_follow_up",
        ),
    ),
    Proof(
        name="outage",
        subject="Policy",
        text="500 alerts in an outage of 24 h: at most 2 messages a channel, none lost",
        tests=(f"{_POLICY}after_a_day_of_outage_there_are_two_messages_to_catch_up_with",),
    ),
    Proof(
        name="storm",
        subject="Policy",
        text="10,000 matches in a minute: at most 20 messages an hour and digests, each alert in one",
        tests=(f"{_POLICY}ten_thousand_matches_in_a_minute_are_twenty_messages_and_a_digest",),
    ),
    Proof(
        name="clocks",
        subject="Policy",
        text="clocks a day off either way, and summer time both ways: no storm, no stall",
        tests=(
            f"{_POLICY}a_clock_that_is_set_by_a_day_brings_no_storm_and_no_stall",
            f"{_POLICY}a_change_of_the_clocks_brings_neither_two_digests_nor_none",
        ),
    ),
    Proof(
        name="disk",
        subject="Trouble",
        text="a full disk, a locked database: nothing lost, nothing repeated",
        tests=(
            f"{_TROUBLE}a_disk_that_runs_full_while_messages_go_loses_and_repeats_nothing",
            f"{_TROUBLE}a_database_that_is_locked_for_long_loses_and_repeats_nothing",
        ),
    ),
    Proof(
        name="agreement",
        subject="Matching",
        text="no difference from a naive evaluator and from FTS5 on generated queries",
        tests=(
            "tests/monitor/matching/test_matching_against_naive.py",
            "tests/monitor/matching/test_matching_against_fts5.py",
        ),
    ),
    Proof(
        name="edits",
        subject="Revisions",
        text="a site that edits its articles: each edit seen once, no alert for boilerplate",
        tests=("tests/e2e/test_edited_site.py",),
    ),
    Proof(
        name="addresses",
        subject="Security",
        text="a corpus of forbidden addresses: none dialled",
        tests=("tests/security/test_address_corpus.py",),
    ),
    Proof(
        name="bombs",
        subject="Security",
        text="bombs of every kind: the job ended, the worker at most 256 MB over idle, others unharmed",
        tests=("tests/security/test_bombs.py",),
    ),
    Proof(
        name="secrets",
        subject="Security",
        text="no secret in logs, tables, titles or messages, whatever fails",
        tests=("tests/security/test_secrets_canary.py",),
    ),
)


def all_tests() -> list[str]:
    return [test for proof in PROOFS for test in proof.tests]


def counted(tried: Iterable[Tried]) -> dict[str, dict[str, int]]:
    """How many cases of each proof passed and failed; a proof of which none was run is left out."""
    cases = list(tried)
    counts = {}
    for proof in PROOFS:
        own = [one for one in cases if _shows(one.test, proof)]
        passed = sum(one.passed for one in own)
        if own:
            counts[proof.name] = {"passed": passed, "failed": len(own) - passed}
    return counts


def _shows(test: str, proof: Proof) -> bool:
    return any(test == one or test.startswith(f"{one}::") for one in proof.tests)
