"""The crawler that an engineer writes in an hour: aiohttp, feedparser, trafilatura, sqlite3.

    python -m bench.comparators.crawl_plainly SITES.json FOLDER

Extraction runs in threads beside the loop; addresses that are stored are not asked for again.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
import feedparser
import trafilatura

from bench.comparators.store import Store

AT_ONCE = 16


async def crawl(feeds: list[str], store: Store) -> None:
    seen = store.known()
    limit = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession() as session:

        async def fetch(url: str) -> bytes:
            async with limit, session.get(url) as response:
                response.raise_for_status()
                return await response.read()

        async def visit(feed: str) -> None:
            listed = feedparser.parse(await fetch(feed))
            fresh = [entry.link for entry in listed.entries if entry.link not in seen]
            seen.update(fresh)
            await asyncio.gather(*(keep(url) for url in fresh))

        async def keep(url: str) -> None:
            page = await fetch(url)
            found = await asyncio.to_thread(
                trafilatura.bare_extraction, page, url=url, with_metadata=True
            )
            if found is not None:
                store.add(url, found.title, found.text, found.date)

        await asyncio.gather(*(visit(feed) for feed in feeds))


def main() -> None:
    sites, folder = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])
    asyncio.run(crawl([site["feed"] for site in sites], Store(folder / "articles.db")))


if __name__ == "__main__":
    main()
