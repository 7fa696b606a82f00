"""newspaper4k as its pages show it: build each source, then download and parse what is new there.

    python -m bench.comparators.crawl_newspaper SITES.json FOLDER

It remembers which articles it has listed in the directory of temporary files; images are not asked for.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import newspaper

from bench.comparators.store import Store


def crawl(url: str, store: Store) -> None:
    source = newspaper.Source(url, fetch_images=False)
    source.build()
    for article in source.articles:
        try:
            article.download()
            article.parse()
        except newspaper.ArticleException as error:
            print(error)
            continue
        store.add(article.url, article.title, article.text, article.publish_date)


def main() -> None:
    sites, folder = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])
    store = Store(folder / "articles.db")
    for site in sites:
        crawl(site["url"], store)


if __name__ == "__main__":
    main()
