"""Views for people: what one reads in Datasette, sqlite-utils, a spreadsheet or `siaga export`."""

from __future__ import annotations

_LIST = "(SELECT group_concat(value, ', ') FROM json_each({}))"

ARTICLES = f"""
    CREATE VIEW v_articles AS
    SELECT id, site, coalesce(published_at, published_on) AS published, first_seen_at AS first_seen,
        title, url, {_LIST.format("authors")} AS authors, section, {_LIST.format("tags")} AS tags,
        language, story, revision, thin AS from_feed_alone,
        CASE WHEN text_pruned_at IS NULL THEN body END AS body
    FROM articles
"""
STATEMENTS = (
    ARTICLES,
    """
    CREATE VIEW v_matches AS
    SELECT matches.id, matched_at AS matched, watchlist, decision, site, title, url,
        coalesce(published_at, published_on) AS published,
        (SELECT group_concat(word, ', ') FROM
            (SELECT DISTINCT value ->> 3 AS word FROM json_each(spans))) AS words,
        matches.story, article_id
    FROM matches JOIN articles ON articles.id = article_id
    """,
    f"""
    CREATE VIEW v_alerts AS
    SELECT alerts.id, alerts.created_at AS created, {_LIST.format("data -> '$.watchlists'")} AS watchlists,
        data ->> '$.article.site' AS site, data ->> '$.article.title' AS title,
        data ->> '$.article.url' AS url, alerts.story,
        (SELECT group_concat(channel || ' ' || recipient || ': ' || state, ', ') FROM deliveries
            WHERE alert_id = alerts.id) AS deliveries
    FROM alerts WHERE kind = 'alert'
    """,
)
