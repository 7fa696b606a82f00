"""The crawler's tables. Instants are text as by core.clock.to_text; lists are JSON.

sites        how each site was last visited
sources      what announces a site's articles, with the validators of the last complete look
source_changes  when a source came to be looked at or kept in reserve, and why
robots       robots.txt by origin, kept a day
pages        every address that a site announced, by fingerprint, and what became of it
articles     the archive
aliases      other addresses of an article
article_log  the order in which articles came or changed: what matching reads
fetches      one row a request
articles_fts full text over title and body

The tables of stories are described in crawler.stories.schema, those of revisions in
crawler.revisions.schema, those of what was pruned in crawler.retention.schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

from crawler.retention import schema as tombstone_schema
from crawler.revisions import schema as revision_schema
from crawler.stories import schema as story_schema

if TYPE_CHECKING:
    from sqlite_utils import Database

MIGRATIONS = Migrations("crawler")

_TABLES = (
    """
    CREATE TABLE sites (
        name TEXT PRIMARY KEY,
        discovered_at TEXT,      -- the last time that its home page and robots.txt named its sources
        visited_at TEXT,         -- the end of the last visit
        not_before TEXT,         -- the site asked us to stay away until then
        last_problem TEXT        -- what was wrong with the last visit, NULL when nothing was
    )
    """,
    """
    CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        site TEXT NOT NULL,
        url TEXT NOT NULL,
        kind TEXT,
        found_by TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        body_hash TEXT,
        looked_at TEXT,
        succeeded_at TEXT,
        baseline_at TEXT,        -- the end of the first complete look: what was there before alerts nobody
        failures INTEGER NOT NULL DEFAULT 0,   -- looks in a row
        outcome TEXT,
        detail TEXT,
        listed INTEGER,
        UNIQUE (site, url)
    )
    """,
    """
    CREATE TABLE robots (
        origin TEXT PRIMARY KEY,
        site TEXT NOT NULL,
        body TEXT,
        expires_at TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE articles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        url TEXT NOT NULL,
        canonical_url TEXT NOT NULL UNIQUE,
        site TEXT NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        dateline TEXT,
        published_at TEXT,
        published_on TEXT,
        modified_at TEXT,
        first_seen_at TEXT NOT NULL,
        authors TEXT NOT NULL,
        editors TEXT NOT NULL,
        tags TEXT NOT NULL,
        section TEXT,
        language TEXT,
        image_url TEXT,
        evidence TEXT NOT NULL,
        thin INTEGER NOT NULL,
        revision INTEGER NOT NULL DEFAULT 1,
        story INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        origin TEXT NOT NULL     -- 'crawl', 'baseline', 'import' or 'import-alert': what may alert
    )
    """,
    "CREATE INDEX articles_by_site ON articles (site, first_seen_at)",
    "CREATE INDEX articles_by_time ON articles (first_seen_at)",
    "CREATE INDEX articles_by_content ON articles (site, content_hash)",
    "CREATE INDEX articles_by_story ON articles (story)",
    """
    CREATE TABLE aliases (
        canonical_url TEXT PRIMARY KEY,
        url TEXT NOT NULL,
        article_id INTEGER NOT NULL REFERENCES articles (id),
        reason TEXT NOT NULL,    -- 'redirect', 'canonical' or 'same-text'
        first_seen_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX aliases_by_article ON aliases (article_id)",
    """
    CREATE TABLE pages (
        site TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        url TEXT NOT NULL,
        announcement TEXT,       -- JSON, kept while the page is to be tried again
        announced_by TEXT,       -- JSON: the sources that listed it first
        baseline INTEGER NOT NULL,
        first_listed_at TEXT NOT NULL,
        last_listed_at TEXT NOT NULL,
        outcome TEXT NOT NULL,   -- of the last try, or 'announced'
        detail TEXT,
        tries INTEGER NOT NULL,  -- 0: still to be read
        next_try_at TEXT,        -- NULL: never again
        article_id INTEGER REFERENCES articles (id),
        PRIMARY KEY (site, fingerprint)   -- what two sites announce, each remembers
    ) WITHOUT ROWID
    """,
    "CREATE INDEX pages_by_site ON pages (site, last_listed_at)",
    "CREATE INDEX pages_due ON pages (site, next_try_at) WHERE next_try_at IS NOT NULL",
    """
    CREATE TABLE article_log (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        article_id INTEGER NOT NULL REFERENCES articles (id),
        change TEXT NOT NULL,    -- 'new', 'completed' (from thin), 'revised', 'gone', 'back'
        at TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE fetches (
        id INTEGER PRIMARY KEY,
        site TEXT NOT NULL,
        kind TEXT NOT NULL,
        url TEXT NOT NULL,
        at TEXT NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER,
        detail TEXT,
        size INTEGER,
        seconds REAL,
        UNIQUE (site, kind, url, at)
    )
    """,
    "CREATE INDEX fetches_by_time ON fetches (at)",
    """
    CREATE VIRTUAL TABLE articles_fts USING fts5 (
        title, body, content="articles", content_rowid='id', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    # An update trigger on these two columns only: one on any column costs thirty times as much.
    """
    CREATE TRIGGER articles_inserted AFTER INSERT ON articles BEGIN
        INSERT INTO articles_fts (rowid, title, body) VALUES (new.id, new.title, new.body);
    END
    """,
    """
    CREATE TRIGGER articles_deleted AFTER DELETE ON articles BEGIN
        INSERT INTO articles_fts (articles_fts, rowid, title, body)
        VALUES ('delete', old.id, old.title, old.body);
    END
    """,
    """
    CREATE TRIGGER articles_updated AFTER UPDATE OF title, body ON articles BEGIN
        INSERT INTO articles_fts (articles_fts, rowid, title, body)
        VALUES ('delete', old.id, old.title, old.body);
        INSERT INTO articles_fts (rowid, title, body) VALUES (new.id, new.title, new.body);
    END
    """,
)


@MIGRATIONS()
def m001_first_tables(db: Database) -> None:
    for statement in _TABLES:
        db.conn.execute(statement)


_POLITENESS = (
    "ALTER TABLE sites ADD COLUMN outcome TEXT",  # how the last visit failed altogether, NULL: it did not
    "ALTER TABLE sites ADD COLUMN failures INTEGER NOT NULL DEFAULT 0",  # visits in a row
    "ALTER TABLE sites ADD COLUMN failing_since TEXT",
    "ALTER TABLE sites ADD COLUMN home_url TEXT",  # the address in config.yaml that …
    "ALTER TABLE sites ADD COLUMN home_moved_to TEXT",  # … has moved here for good
    "ALTER TABLE sources ADD COLUMN failing_since TEXT",
    "ALTER TABLE sources ADD COLUMN moved_to TEXT",  # where it redirects for good: asked in its place
    "ALTER TABLE sources ADD COLUMN standing TEXT",  # crawler.discovery.sources.Reason, NULL: not judged
    "ALTER TABLE sources ADD COLUMN not_modified INTEGER NOT NULL DEFAULT 0",  # 304s in a row
    "ALTER TABLE sources ADD COLUMN checks INTEGER NOT NULL DEFAULT 0",  # of its "unchanged"
    "ALTER TABLE sources ADD COLUMN whole_at TEXT",  # when it last came with a body
    "ALTER TABLE sources ADD COLUMN lied_at TEXT",  # when it was found to call news unchanged
    """
    CREATE TABLE source_changes (
        id INTEGER PRIMARY KEY,
        site TEXT NOT NULL,
        url TEXT NOT NULL,
        at TEXT NOT NULL,
        was TEXT,                -- as in sources.standing
        became TEXT NOT NULL
    )
    """,
    "CREATE INDEX source_changes_by_site ON source_changes (site, at)",
)


@MIGRATIONS()
def m002_stories(db: Database) -> None:
    for statement in story_schema.TABLES:
        db.conn.execute(statement)


@MIGRATIONS()
def m003_politeness(db: Database) -> None:
    for statement in _POLITENESS:
        db.conn.execute(statement)


@MIGRATIONS()
def m004_revisions(db: Database) -> None:
    for statement in revision_schema.TABLES:
        db.conn.execute(statement)


@MIGRATIONS()
def m005_tombstones(db: Database) -> None:
    for statement in tombstone_schema.TABLES:
        db.conn.execute(statement)
