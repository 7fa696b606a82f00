"""Siaga's extraction of pages that lie on the disk, and nothing else: what no crawl can be cheaper than.

    python -m bench.comparators.extract_alone PAGES.json

PAGES.json is a list of {"path", "url"}.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from crawler.extraction import extract


def main() -> None:
    now = datetime.now(UTC)
    for page in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        html = Path(page["path"]).read_bytes()
        extract(html, page["url"], timezone="Asia/Makassar", now=now)


if __name__ == "__main__":
    main()
