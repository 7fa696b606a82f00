"""The tables by which copies find each other, and what was decided about them.

fingerprints      what an article of the last two weeks is compared by (crawler.stories.shingles)
fingerprint_keys  its smallest shingle hashes: the inverted index
site_paragraphs   how many articles of a site carry a paragraph at their edges, by hash of both
kinships          what each article was found to be: a copy of what, or why none
merged_stories    stories that turned out to be another one's
"""

from __future__ import annotations

TABLES = (
    """
    CREATE TABLE fingerprints (
        article_id INTEGER PRIMARY KEY,
        story INTEGER NOT NULL,
        site TEXT NOT NULL,
        host TEXT NOT NULL,
        published_at TEXT,
        seen_at TEXT NOT NULL,
        template INTEGER NOT NULL,
        size INTEGER NOT NULL,
        sketch BLOB NOT NULL,    -- 32-bit hashes in the machine's order
        lead BLOB NOT NULL,
        numbers TEXT NOT NULL,
        dates TEXT NOT NULL,
        title TEXT NOT NULL,
        said TEXT NOT NULL,
        words BLOB NOT NULL
    )
    """,
    "CREATE INDEX fingerprints_by_story ON fingerprints (story)",
    """
    CREATE TABLE fingerprint_keys (
        hash INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        PRIMARY KEY (hash, article_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE site_paragraphs (
        hash INTEGER PRIMARY KEY,
        articles INTEGER NOT NULL,
        seen_on INTEGER NOT NULL  -- the day, as Python's date.toordinal
    )
    """,
    """
    CREATE TABLE kinships (
        article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
        verdict TEXT NOT NULL,
        nearest INTEGER,         -- the article that it was compared with
        covered REAL NOT NULL,   -- the share of it that stands in that one
        credit TEXT              -- the agency or outlet that it names as its source
    )
    """,
    """
    CREATE TABLE merged_stories (
        story INTEGER PRIMARY KEY,
        into_story INTEGER NOT NULL,
        at TEXT NOT NULL
    )
    """,
    "CREATE INDEX merged_stories_by_target ON merged_stories (into_story)",
)
