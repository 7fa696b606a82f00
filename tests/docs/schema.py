"""Writes monitor/siaga.schema.json, in the words of docs/configuration.md: `python -m tests.docs.schema`."""

from __future__ import annotations

import json
import re

from monitor.config_schema import config_schema
from tests.docs.pages import DOCS, ROOT, codes, rows

SCHEMA = ROOT / "monitor" / "siaga.schema.json"

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_NOT_A_DEFAULT = {"needed", ""}


def main() -> None:
    SCHEMA.write_text(schema_text(), encoding="utf-8")


def schema_text() -> str:
    """The schema as it is shipped."""
    return json.dumps(config_schema(words()), ensure_ascii=False, indent=1) + "\n"


def words() -> dict[str, str]:
    """What the tables say of every key, by its path."""
    said = {}
    for row in rows(DOCS / "configuration.md"):
        if row.columns[0] == "Key":
            key, means, left_out = row.cells
            path = ".".join([*codes(row.heading), codes(key)[0]])
            without = "" if left_out in _NOT_A_DEFAULT else f" Left out: {left_out}."
            said[path] = _LINK.sub(r"\1", means + without)
    return said


if __name__ == "__main__":
    main()
