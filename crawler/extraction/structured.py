"""JSON-LD: the node that describes the article, out of graphs and lists, broken JSON mended or skipped.

https://schema.org/NewsArticle and its kin, as publishers write them.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

from core.text import clean_line, clean_text
from crawler.extraction.claims import Claim, Claims
from crawler.extraction.publishers import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.extraction.document import Document

    Node = Mapping[str, Any]

SOURCE = "json-ld"
_LONGEST = 400_000
_LONGEST_TOGETHER = 1_500_000
_LONGEST_BROKEN = 20_000
_MOST_NODES = 500
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Review|LiveBlogPosting|NewsStory)$")
_PAGE = re.compile(r"(?:WebPage|ItemPage)$")
_BODIES = ("Organization", "NewsMediaOrganization", "Corporation")
# Scripts are wrapped so that old browsers, or XML, leave them alone.
_OPENINGS = ("/*", "//", "<!--", "<![CDATA[", "*/")
_CLOSINGS = (";", "*/", "-->", "]]>", "//", "/*")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_LOOSE = re.compile(r'"(headline|datePublished|dateModified)"\s*:\s*"(.{1,400}?)"\s*(?:[,}]|\n)')
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_BREAKS = re.compile(r"</?(?:p|br|div|li|h[1-6])\b", re.IGNORECASE)
_DATES = 4.0
_TITLES = 3.0
# A WebPage says the same things with less care than an Article.
_PAGE_SHARE = 0.5


def read(document: Document) -> Claims:
    """What the page's JSON-LD says of its article; empty claims where it says nothing."""
    nodes = list(_nodes(document))
    known = {
        node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and "name" in node
    }
    article = _best((n for n in nodes if _is(n, _ARTICLE)), document.url)
    page = _best((n for n in nodes if _is(n, _PAGE)), document.url)
    main = article or {}
    return Claims(
        titles=_claims(("headline", "name"), article, page, weight=_TITLES),
        published=_claims(("datePublished",), article, page, weight=_DATES),
        modified=_claims(("dateModified",), article, page, weight=_DATES),
        authors=_people(main, ("author", "creator"), known),
        editors=_people(main, ("editor",), known),
        tags=tuple(_claim(word) for word in _words(main.get("keywords"))),
        sections=_texts((*_listed(main.get("articleSection")), *_trail(nodes))),
        images=_texts(_addresses(main.get("image")) or _listed(main.get("thumbnailUrl"))),
        addresses=_texts([main.get("url")]),
        sites=_texts(
            [node.get("name") for node in _listed(main.get("publisher")) if isinstance(node, dict)]
        ),
        bodies=_bodies(main),
        is_article=article is not None,
    )


def _bodies(article: Node) -> tuple[Claim, ...]:
    """The text that the markup repeats: often cut short or run together, so that it is a last resort."""
    said = article.get("articleBody")
    if not isinstance(said, str) or len(said) > _LONGEST:
        return ()
    lines = _TAG.sub(lambda tag: "\n" if _BREAKS.match(tag[0]) else "", html.unescape(said))
    text = clean_text(lines)
    return (_claim(text),) if text else ()


def _nodes(document: Document) -> Iterator[Node]:
    """Every object that stands at the top, in a list, a graph, or as the main entity of another."""
    waiting = [data for text in _scripts(document) for data in _load(text)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        data = waiting.pop(0)
        if isinstance(data, list):
            waiting.extend(data)
        elif isinstance(data, dict):
            yield data
            waiting.extend(
                data[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in data
            )


def _scripts(document: Document) -> Iterator[str]:
    left = _LONGEST_TOGETHER
    for script in document.root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            left -= len(script.text)
            if left < 0:
                return
            yield script.text


def _load(text: str) -> list[Any]:
    """The data of one script; of one that is beyond mending, the few strings that can be told."""
    if len(text) > _LONGEST:
        return []
    for mend in (str, _mended, _unescaped):
        try:
            return [json.loads(mend(text), strict=False)]
        except (ValueError, RecursionError):
            continue
    loose = {
        key: value.replace('\\"', '"')
        for key, value in reversed(_LOOSE.findall(text[:_LONGEST_BROKEN]))
    }
    return [{"@type": "Article", **loose}] if loose and "Article" in text else []


def _mended(text: str) -> str:
    bare = text.strip()
    for mark in _OPENINGS:
        bare = bare.removeprefix(mark).lstrip()
    for mark in _CLOSINGS:
        bare = bare.removesuffix(mark).rstrip()
    return _TRAILING_COMMA.sub(r"\1", bare)


def _unescaped(text: str) -> str:
    return html.unescape(_mended(text))


def _is(node: Node, kind: re.Pattern[str]) -> bool:
    return any(isinstance(name, str) and kind.search(name) for name in _listed(node.get("@type")))


def _best(nodes: Iterable[Node], url: str) -> Node | None:
    """The node about this page: by its address, then by how much it says."""
    return max(nodes, key=lambda node: (_is_about(node, url), _fullness(node)), default=None)


def _fullness(node: Node) -> int:
    return sum(bool(node.get(key)) for key in ("headline", "datePublished", "author"))


def _is_about(node: Node, url: str) -> bool:
    path = path_of(url).rstrip("/")
    about = [node.get("url"), node.get("@id")]
    about += [
        page.get("@id") if isinstance(page, dict) else page
        for page in _listed(node.get("mainEntityOfPage"))
    ]
    return bool(path) and any(isinstance(one, str) and path in one for one in about)


def _claims(
    keys: tuple[str, ...], article: Node | None, page: Node | None, *, weight: float
) -> tuple[Claim, ...]:
    found = []
    for node, share in ((article, 1.0), (page, _PAGE_SHARE)):
        text = next((t for key in keys if (t := _text((node or {}).get(key)))), None)
        if text:
            found.append(_claim(text, weight * share))
    return tuple(found)


def _claim(text: str, weight: float = 1.0) -> Claim:
    return Claim(value=text, source=SOURCE, weight=weight)


def _texts(values: Iterable[Any]) -> tuple[Claim, ...]:
    return tuple(_claim(text) for value in values if (text := _text(value)))


def _text(value: Any) -> str | None:  # whatever JSON holds
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    return clean_line(html.unescape(value)) or None if isinstance(value, str) else None


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _people(node: Node, keys: tuple[str, ...], known: Mapping[str, Node]) -> tuple[Claim, ...]:
    """Names of persons; a reference by @id is followed, an organization is no person."""
    names: list[Claim] = []
    for person in (one for key in keys for one in _listed(node.get(key))):
        data = known.get(str(person.get("@id")), person) if isinstance(person, dict) else person
        if isinstance(data, dict) and not set(map(str, _listed(data.get("@type")))) & set(_BODIES):
            names += _texts(_listed(data.get("name")))
        elif isinstance(data, str):
            names += _texts([data])
    return tuple(names)


def _words(value: Any) -> Iterator[str]:
    """The keywords of a string, a list, or lists of lists."""
    for item in _listed(value)[:100]:
        if isinstance(item, list):
            yield from (text for word in item if (text := _text(word)))
        elif isinstance(item, str):
            yield from (
                text for word in re.split("[,;]", item) if (text := clean_line(html.unescape(word)))
            )
        elif isinstance(item, dict) and (text := _text(item.get("name"))):
            yield text


def _addresses(value: Any) -> list[Any]:
    return [one.get("url") if isinstance(one, dict) else one for one in _listed(value)]


def _trail(nodes: list[Node]) -> list[Any]:
    """The names on the way down to the article, the nearest first."""
    for node in nodes:
        if "BreadcrumbList" in _listed(node.get("@type")):
            steps = [
                step for step in _listed(node.get("itemListElement")) if isinstance(step, dict)
            ]
            return [_step_name(step) for step in reversed(steps)]
    return []


def _step_name(step: Node) -> Any:
    item = step.get("item")
    return step.get("name") or (item.get("name") if isinstance(item, dict) else None)
