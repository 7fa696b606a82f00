"""The tables of what was pruned, so that it is not found, stored or told again.

tombstones           an article that was in the archive, without a word of what it said
tombstone_addresses  every address that it had, as a fingerprint (crawler.urls.fingerprint)
"""

from __future__ import annotations

TABLES = (
    "ALTER TABLE articles ADD COLUMN text_pruned_at TEXT",
    "CREATE INDEX articles_with_text ON articles (first_seen_at) WHERE text_pruned_at IS NULL",
    """
    CREATE TABLE tombstones (
        article_id INTEGER PRIMARY KEY,     -- the number that it had, which no other gets
        site TEXT NOT NULL,
        content_hash TEXT,                  -- as in articles; NULL of a thin one, which says too little
        title_hash TEXT NOT NULL,           -- crawler.duplicates.title_hash
        first_seen_at TEXT NOT NULL,
        pruned_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX tombstones_by_content ON tombstones (site, content_hash)",
    """
    CREATE TABLE tombstone_addresses (
        fingerprint TEXT PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES tombstones (article_id)
    ) WITHOUT ROWID
    """,
    # Without it every article that goes has all pages looked through for references to it.
    "CREATE INDEX pages_by_article ON pages (article_id, last_listed_at)",
    "CREATE INDEX source_changes_by_time ON source_changes (at)",
)
