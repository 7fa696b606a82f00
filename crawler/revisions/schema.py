"""The tables by which published articles are looked at again, and what they said before.

relooks    when each article is looked at again, and what the last look found
revisions  what an article said before it was changed; what it says now stands in `articles`
"""

from __future__ import annotations

TABLES = (
    """
    CREATE TABLE relooks (
        article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
        site TEXT NOT NULL,
        due_at TEXT,                        -- NULL: never, or not before somebody wants it
        wanted INTEGER NOT NULL DEFAULT 0,  -- somebody waits for news of it: it goes first
        tries INTEGER NOT NULL DEFAULT 0,   -- looks in a row that told nothing
        looked_at TEXT,
        finding TEXT,                       -- crawler.revisions.relooks.Finding of the last look
        etag TEXT,
        last_modified TEXT
    )
    """,
    "CREATE INDEX relooks_due ON relooks (site, wanted DESC, due_at) WHERE due_at IS NOT NULL",
    """
    CREATE TABLE revisions (
        article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        revision INTEGER NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        seen_at TEXT NOT NULL,              -- when it was first seen to say this
        replaced_at TEXT NOT NULL,          -- when it was first seen to say something else
        change TEXT NOT NULL,               -- JSON: what was changed then (comparing.Change)
        PRIMARY KEY (article_id, revision)
    )
    """,
    "ALTER TABLE articles ADD COLUMN gone_at TEXT",
    "ALTER TABLE articles ADD COLUMN gone_how TEXT",  # crawler.revisions.relooks.Absence
    # Of 'revised' the number of the new revision; of 'gone' how it went.
    "ALTER TABLE article_log ADD COLUMN detail TEXT",
    "CREATE INDEX article_log_by_article ON article_log (article_id, seq)",
)
