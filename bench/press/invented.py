"""Furniture of news pages that nobody made: navigation, teasers, scripts and advertisements, 60-300 kB."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

from bench.press.pages import Furniture, Slot
from bench.press.prose import SECTIONS

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from bench.newswire.pieces import Press

SMALLEST, LARGEST = 60_000, 300_000
_BEFORE = 0.3  # of the furniture stands before the article


def invented_furniture(count: int, press: Press, rng: random.Random) -> list[Furniture]:
    """Of so many page designs, their sizes spread as evenly as can be between the bounds, on a log scale."""
    ratio = LARGEST / SMALLEST
    sizes = [SMALLEST * ratio ** ((number + 0.5) / count) for number in range(count)]
    return [Furniture.cut(_page(round(size), press, rng)) for size in sizes]


def _page(size: int, press: Press, rng: random.Random) -> str:
    navigation = "".join(
        f'<li><a href="/kategori/{one}">{one.title()}</a></li>' for one in SECTIONS
    )
    style, script = _style(rng), _script(press, rng)
    size -= len(style) + len(script)
    return (
        f'<!DOCTYPE html>\n<html lang="id"><head><meta charset="utf-8">{Slot.HEAD}'
        f"{style}{script}</head>\n"
        f'<body class="article-page"><header><nav><ul>{navigation}</ul></nav></header>\n'
        f"{_filling(round(size * _BEFORE), press, rng)}\n"
        f'<main><article class="post"><h1 class="post-title">{Slot.TITLE}</h1>\n'
        f'<div class="byline">{Slot.BYLINE}</div>\n<div class="post-body">{Slot.BODY}</div>\n'
        f"</article>\n<aside>{_filling(round(size * (1 - _BEFORE)), press, rng)}</aside></main>\n"
        f"<footer><p>Hak cipta dilindungi undang-undang</p></footer></body></html>\n"
    )


def _filling(size: int, press: Press, rng: random.Random) -> str:
    """Blocks of `size` characters or little more."""
    blocks: list[str] = []
    while size > 0:
        block = rng.choice(_BLOCKS)(press, rng)
        blocks.append(block)
        size -= len(block)
    return "\n".join(blocks)


def _teasers(press: Press, rng: random.Random) -> str:
    """Links to other articles, with pictures and ages, as related and most-read lists have them."""
    rows = "".join(
        f'<div class="item item-{rng.randint(1, 9)}"><div class="thumb"><a href="{_link(press, rng)}">'
        f'<img data-src="/foto/{rng.getrandbits(40):x}.jpg" alt="{press.word()}" width="120"></a></div>'
        f'<div class="txt"><h3><a href="{_link(press, rng)}">{escape(_headline(press))}</a></h3>'
        f'<span class="ago">{rng.randint(2, 50)} menit yang lalu</span></div></div>\n'
        for _ in range(rng.randint(5, 12))
    )
    return f'<section class="list"><h4>{press.word().title()} terkini</h4>{rows}</section>'


def _menu(press: Press, rng: random.Random) -> str:
    rows = "".join(
        f'<li class="menu-item"><a class="menu-link" href="/topik/{press.word()}" title="{press.word()}">'
        f"{press.word().title()}</a></li>"
        for _ in range(rng.randint(8, 30))
    )
    return f'<ul class="menu">{rows}</ul>'


def _advertisement(_: Press, rng: random.Random) -> str:
    slot = f"div-gpt-ad-{rng.getrandbits(40)}-0"
    return (
        f'<div class="ads-box"><div id="{slot}" style="min-height:250px"><script>'
        f'googletag.cmd.push(function(){{googletag.display("{slot}");}});</script></div></div>'
    )


def _script(press: Press, rng: random.Random) -> str:
    lines = (
        f'window.{press.word()}_{n}={{"id":{rng.getrandbits(30)},"k":"{press.word()}{rng.getrandbits(60):x}",'
        f"f:function(a,b){{return a&&b?a.push(b):{n}}}}};"
        for n in range(rng.randint(10, 60))
    )
    return f"<script>{''.join(lines)}</script>"


def _state(press: Press, rng: random.Random) -> str:
    """What a page's own program begins with."""
    data = [
        {"id": rng.getrandbits(30), "judul": _headline(press)} for _ in range(rng.randint(5, 30))
    ]
    return f"<script type='application/json' class='state'>{json.dumps(data)}</script>"


def _style(rng: random.Random) -> str:
    rules = (
        f".item-{n} .txt{{margin:{rng.randint(0, 20)}px;color:#{rng.getrandbits(24):06x};display:flex}}"
        for n in range(200)
    )
    return f"<style>{''.join(rules)}</style>"


def _headline(press: Press) -> str:
    return " ".join(press.sentence().split()[:9])


def _link(press: Press, rng: random.Random) -> str:
    return f"/arsip/{rng.randint(10_000, 99_999)}/{press.word()}-{press.word()}"


_BLOCKS: tuple[Callable[[Press, random.Random], str], ...] = (
    *(_teasers, _teasers, _teasers, _menu, _menu),
    *(_advertisement, _advertisement, _script, _script, _state),
)
