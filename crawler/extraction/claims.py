"""What one kind of markup says about the article, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One value with where it stands ("json-ld", "meta:og:title"), and how far that place is to be believed.

    Weights are for comparing claims on one field; those that agree add up.
    """

    value: str
    source: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What one reader of a page found, every field in order of preference; lines and `bodies` are clean."""

    titles: tuple[Claim, ...] = ()
    published: tuple[Claim, ...] = ()
    modified: tuple[Claim, ...] = ()
    authors: tuple[Claim, ...] = ()
    editors: tuple[Claim, ...] = ()
    tags: tuple[Claim, ...] = ()
    sections: tuple[Claim, ...] = ()
    images: tuple[Claim, ...] = ()
    addresses: tuple[Claim, ...] = ()
    sites: tuple[Claim, ...] = ()
    bodies: tuple[Claim, ...] = ()
    locales: tuple[Claim, ...] = ()
    is_article: bool = False
