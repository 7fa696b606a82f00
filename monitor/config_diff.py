"""What an edit of config.yaml changed, in lines for people. Pure.

Told as it is written, no `${NAME}` filled in. Values are told of sections that hold no secret only; of all
others, which keys have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alerts.secret_files import FILE_SUFFIX, SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.config import Config

MOST_LINES = 40
_MOST_CHANGES = 12
_LONGEST_VALUE = 60

_OPEN = frozenset({"timezone", "database", "crawl", "network", "aliases"})
_NAMED = ("sites", "watchlists", "channels")
_LOOKED_FOR = frozenset({"any", "all", "none", "in", "aliases", "examples"})
"""The keys of a watchlist whose edit is not applied while its examples fail."""
_LEFT_OUT = object()


def differences(before: Config, after: Config) -> list[str]:
    """A line for everything that an edit added, removed or changed; none for mere form.

    "watchlist suriah: any + 'Suriah Utara'" · "site koran removed" · "channel hook: secret (secret) changed".
    """
    old, new = before.written, after.written
    lines = [
        *_settings(old, new),
        *_entries("site", _sites(old), _sites(new)),
        *_watchlists(before, after),
        *_channels(before, after),
    ]
    return _capped(lines, MOST_LINES)


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Lines for the sections that are no lists of named things."""
    for key in dict.fromkeys([*old, *new]):
        if key in _NAMED or old.get(key) == new.get(key):
            continue
        if key in _OPEN:
            yield from _capped(
                list(_changes(key, old.get(key, _LEFT_OUT), new.get(key, _LEFT_OUT)))
            )
        else:
            yield f"{key}: {', '.join(_keys(old.get(key), new.get(key))) or 'it'} changed"


def _entries(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Lines for named things whose values may be shown."""
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield f"{kind} {name} removed"
        elif name not in old:
            yield f"{kind} {name} added"
        elif old[name] != new[name]:
            changes = [
                change
                for key in dict.fromkeys([*old[name], *new[name]])
                for change in _changes(
                    key, old[name].get(key, _LEFT_OUT), new[name].get(key, _LEFT_OUT)
                )
            ]
            yield f"{kind} {name}: {', '.join(_capped(changes))}"


def _sites(written: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The entries of `sites` by what they are called; a selection by what it selects."""
    found = {}
    for entry in written.get("sites") or ():
        one = entry if isinstance(entry, dict) else {"name": entry}
        name = one.get("name") or " and ".join(f"{key} {one[key]}" for key in _chosen_by(one))
        found[str(name)] = one
    return found


def _chosen_by(selection: Mapping[str, Any]) -> list[str]:
    return [key for key in ("region", "group") if key in selection]


def _watchlists(before: Config, after: Config) -> Iterator[str]:
    old, new = (
        {one["name"]: one for one in config.written.get("watchlists") or ()}
        for config in (before, after)
    )
    for name in after.kept:
        if old.get(name) != new[name]:
            yield f"watchlist {name} keeps its terms: its examples fail"
        for entries in (old, new):
            if name in entries:
                entries[name] = _without_terms(entries[name])
    yield from _entries("watchlist", old, new)


def _without_terms(written: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in written.items() if key not in _LOOKED_FOR}


def _channels(before: Config, after: Config) -> Iterator[str]:
    old, new = (config.written.get("channels") or {} for config in (before, after))
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield f"channel {name} removed"
        elif name not in old:
            yield f"channel {name} added ({new[name]['type']})"
        elif keys := list(_keys(old[name], new[name])):
            yield f"channel {name}: {', '.join(_capped(keys))} changed"
        elif before.channels.get(name) != after.channels.get(name):
            yield f"channel {name}: what its files hold changed (secret)"


def _keys(old: Any, new: Any, above: str = "") -> Iterator[str]:
    """The keys of two mappings whose values differ, those below them too; never a value."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return
    for key in dict.fromkeys([*old, *new]):
        one, other = old.get(key, _LEFT_OUT), new.get(key, _LEFT_OUT)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _keys(one, other, f"{above}{key}.")
        elif one != other:
            mark = " (secret)" if key.removesuffix(FILE_SUFFIX) in SECRETS else ""
            yield f"{above}{key}{mark}"


def _changes(key: str, old: Any, new: Any) -> Iterator[str]:
    """How a value changed: a list by what came and went, a mapping by its keys."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for inner in dict.fromkeys([*old, *new]):
            yield from _changes(
                f"{key}.{inner}", old.get(inner, _LEFT_OUT), new.get(inner, _LEFT_OUT)
            )
    elif isinstance(old, list) or isinstance(new, list):
        yield from _in_list(key, _listed(old), _listed(new))
    else:
        yield f"{key} {_shown(old)} → {_shown(new)}"


def _in_list(key: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    came = [f"{key} + {_shown(one)}" for one in new if one not in old]
    went = [f"{key} - {_shown(one)}" for one in old if one not in new]
    yield from [*came, *went] or [f"{key} in another order"]


def _listed(value: Any) -> list[Any]:
    """A list as it is; one term without brackets is a list of one."""
    if value is _LEFT_OUT or value is None:
        return []
    return value if isinstance(value, list) else [value]


def _shown(value: Any) -> str:
    """A value on one line, whatever is in it."""
    if value is _LEFT_OUT:
        return "(left out)"
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _capped(lines: list[str], most: int = _MOST_CHANGES) -> list[str]:
    return lines if len(lines) <= most else [*lines[:most], f"and {len(lines) - most} more"]
