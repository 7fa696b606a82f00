"""What `make audit` tells."""

from __future__ import annotations

import re

import pytest

from tests.supply.audit import LOCKS, ROOT, verdict
from tests.supply.licences import LOCK, UNKNOWN, licence_of, pinned

# A version, a hash, or a comment: there is no room for where anything comes from.
LINE_OF_A_LOCK = re.compile(
    r"[\w.\-\[\],]+==[\w.+!]+ \\| +--hash=sha256:[0-9a-f]{64}(?: \\)?| *#[^:]*|"
)


def test_everything_that_is_pinned_states_its_licence() -> None:
    packages = dict(pinned(LOCK.read_text()))
    assert len(packages) > 40
    assert [name for name in packages if licence_of(name) == UNKNOWN] == []


@pytest.mark.parametrize("name", LOCKS)
def test_everything_that_is_installed_is_pinned_by_hash_and_from_no_named_index(name: str) -> None:
    lock = (ROOT / name).read_text()
    for entry in re.findall(r"^\S+==.*(?:\n .*)*", lock, re.MULTILINE):
        assert "--hash=sha256:" in entry
    assert [line for line in lock.splitlines() if not LINE_OF_A_LOCK.fullmatch(line)] == []


def test_hashes_and_comments_of_a_lock_are_no_packages() -> None:
    lock = "scrapy==2.19.0 \\\n    --hash=sha256:00ff==1\n    # via siaga\nidna==3.7\n"
    assert list(pinned(lock)) == [("scrapy", "2.19.0"), ("idna", "3.7")]


@pytest.mark.parametrize(
    ("status", "output", "expected"),
    [
        (0, "No known vulnerabilities found", (0, "no known fault")),
        (0, "idna Dependency not found and could not be audited", (0, "no known fault found, but")),
        (1, "Found 2 known vulnerabilities in 1 package\nidna 3.6 CVE-2024-3651", (1, "Found 2")),
        (
            1,
            "requests.exceptions.ConnectionError: refused",
            (0, "the index of known faults cannot"),
        ),
        (1, "python: No module named pip_audit", (0, "pip-audit cannot be installed")),
        (1, "error: requirements.lock is no file", (1, "error: requirements.lock")),
    ],
)
def test_a_known_fault_is_told_from_an_index_that_does_not_answer(
    status: int, output: str, expected: tuple[int, str]
) -> None:
    found, said = verdict(status, output)
    assert found == expected[0]
    assert said.startswith(expected[1])
