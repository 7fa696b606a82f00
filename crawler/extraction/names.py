"""What the class and id of an element say it is: furniture, a tag list, a byline, a trail of breadcrumbs.

Publishers name their elements in English, Indonesian or both; the words here are those that many
of them share. A name is a hint, never a verdict: `outline` sees whether most of the text is inside.
"""

from __future__ import annotations

import re
from enum import Flag, auto
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WORD = re.compile(r"[a-z]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Role(Flag):
    """What an element is called; an element can be called several things."""

    NONE = 0
    FURNITURE = auto()  # not text of the article
    ELSEWHERE = auto()  # nor about it: menus, other articles, comments
    TAGS = auto()
    PEOPLE = auto()
    TRAIL = auto()
    BODY = auto()
    CAPTION = auto()


_TAGS = "tag tags newtag tagar topik topics keyword keywords tagcloud labels"
_PEOPLE = """
    author authors byline penulis reporter jurnalis wartawan writer pewarta kontributor creator
    editor editors redaktur redaksi
"""
_TRAIL = "breadcrumb breadcrumbs bread crumb crumbs"
_CAPTION = "caption captions keterangan"
_ELSEWHERE = """
    nav navbar navigation navigasi menu footer foot sidebar aside modal popup cookie cookies widget
    related relateds terkait rekomendasi recommend recommended recommendation recommendations popular
    populer trending terpopuler terkini terbaru latest breaking lainnya other others outbrain taboola
    mgid popin sisip linksisip lihatjg bacajuga comment comments komentar disqus respond
"""
_AROUND = f"""
    banner promo newsletter subscribe langganan login signup hide hidden invisible pagination paging
    disclaimer toolbar header masthead topbar
    ad ads adv advert advertisement advertorial adsbygoogle detads iklan sponsor sponsored gpt dfp
    share sharing sharebox sharearea sharebar shares bagikan sosmed socmed social follow ikuti
    credit credits copyright print gallery galeri foto photo
    photos image images img figure thumb thumbnail embed tweet twitter instagram telegram
    vote rating poll polling
    {_TAGS} {_PEOPLE} {_TRAIL} {_CAPTION}
"""
_BODY = """
    isi artikel article berita content konten detail read body post entry story text txt paragraf
    paragraph paragraphs news
"""
_WORDS = {
    Role.FURNITURE: frozenset((_ELSEWHERE + _AROUND).split()),
    Role.ELSEWHERE: frozenset(_ELSEWHERE.split()),
    Role.TAGS: frozenset(_TAGS.split()),
    Role.PEOPLE: frozenset(_PEOPLE.split()),
    Role.TRAIL: frozenset(_TRAIL.split()),
    Role.BODY: frozenset(_BODY.split()),
    Role.CAPTION: frozenset(_CAPTION.split()),
}
_OTHERS = Role.FURNITURE | Role.ELSEWHERE
_TAG_ROLES = {
    "nav": _OTHERS,
    "footer": _OTHERS,
    "aside": _OTHERS,
    "menu": _OTHERS,
    "form": Role.FURNITURE,
    "figcaption": Role.FURNITURE | Role.CAPTION,
}
_LONGEST = 200
_COMPOUND = re.compile(
    r"(?:baca|read|lihat|simak)[-_]?(?:juga|also)|(?:box|list|berita|news|artikel|article)[-_]?(?:terkait|related)"
    r"|box[-_]?(?:share|tag|iklan)|share[-_]?(?:box|area|button)|sr-only|dont-display"
)
# The head and the foot of an article are about it, those of a page are not.
_OF_ARTICLE = re.compile(
    r"(?:post|entry|article|artikel|berita|detail|date|content|read|single|title)[-_]{1,2}(?:header|head|footer|foot)\b"
)


def roles(element: HtmlElement) -> Role:
    """The roles that an element's class, its id and its tag name."""
    label = element.get("class") or ""
    identity = element.get("id")
    if identity:
        label = f"{label} {identity}"
    named = of_label(label[:_LONGEST]) if label else Role.NONE
    return named | _TAG_ROLES[element.tag] if element.tag in _TAG_ROLES else named


@lru_cache(maxsize=4096)  # the pages of a site share their names, and a page repeats them
def of_label(label: str) -> Role:
    """The roles that a class or id names.

    >>> Role.TAGS in of_label("entry__tags")
    True
    """
    lowered = _HUMP.sub("-", label).lower()
    others = _OF_ARTICLE.sub(" ", lowered)
    words = frozenset(_WORD.findall(others))
    found = Role.FURNITURE if "foot" in lowered and others != lowered else Role.NONE
    for role, known in _WORDS.items():
        if not known.isdisjoint(words):
            found |= role
    return found | _OTHERS if _COMPOUND.search(lowered) else found
