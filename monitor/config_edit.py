"""Puts a site into the text of config.yaml and leaves every other character as it is. Pure.

ruamel.yaml says where things stand; the text is not dumped anew, because that would break the lines of
what people aligned by hand.
"""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KEY = "sites"


def entry_text(entry: Mapping[str, Any], indent: int = 2) -> str:
    """One of `sites` as config.yaml writes it, a list item indented by so many spaces, lines ended."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    out = StringIO()
    yaml.dump(dict(entry), out)
    first, *rest = out.getvalue().splitlines()
    lines = [f"- {first}", *(f"  {line}" for line in rest)]
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def with_site(text: str, entry: Mapping[str, Any]) -> str:
    """The text of a config with one site more, the last of `sites`, which is made where it is missing.

    `text` is a config that loads. Raises UsageError where its `sites` is written in a way that cannot be
    added to.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    return _with_site(plain, entry).replace("\n", newline)


def _with_site(text: str, entry: Mapping[str, Any]) -> str:
    pair = _sites_of(text)
    if pair is None:
        return f"{_ended(text)}\n{_KEY}:\n{entry_text(entry)}"
    key, value = pair
    if isinstance(value, SequenceNode) and value.value and not value.flow_style:
        return _after_line(text, _end(value), entry_text(entry, _indent(text, value)))
    if isinstance(value, SequenceNode) and value.value:
        return _in_brackets(text, value, entry)
    if isinstance(value, SequenceNode):
        start, end = value.start_mark.index, value.end_mark.index
        bare = text[:start].rstrip(" ") + text[end:]
        return _after_line(bare, key.end_mark.index, entry_text(entry))
    if isinstance(value, ScalarNode) and not value.value:
        return _after_line(text, key.end_mark.index, entry_text(entry))
    if isinstance(value, ScalarNode) and str(value.tag) == "!include":
        raise UsageError(
            f"`{_KEY}` in the config is `!include {value.value}`: add the site to such a file by hand, "
            f"or write the `!include` as an item of a list"
        )
    raise UsageError(f"`{_KEY}` in the config is no list: add the site there by hand")


def _sites_of(text: str) -> tuple[Node, Node] | None:
    """The nodes of the key `sites` and of its value."""
    root = YAML(typ="safe", pure=True).compose(text)
    if not isinstance(root, MappingNode) or root.flow_style:
        raise UsageError("the config is no plain list of keys: add the site there by hand")
    return next(((key, value) for key, value in root.value if key.value == _KEY), None)


def _indent(text: str, sequence: SequenceNode) -> int:
    """How many spaces stand before the dashes of a block list."""
    item = int(sequence.value[0].start_mark.index)
    line = text.rfind("\n", 0, item) + 1
    return text.find("-", line, item) - line


def _end(node: Node) -> int:
    """Where the last thing written in a node ends; what comments follow it does not count."""
    return max(int(child.end_mark.index) for child in _written(node))


def _written(node: Node) -> Iterator[Node]:
    """The scalars and bracketed collections in a node; what stands for "nothing" has no width."""
    if isinstance(node, MappingNode) and not node.flow_style:
        for key, value in node.value:
            yield from _written(key)
            yield from _written(value)
    elif isinstance(node, SequenceNode) and not node.flow_style:
        for item in node.value:
            yield from _written(item)
    elif node.start_mark.index < node.end_mark.index:
        yield node


def _after_line(text: str, index: int, lines: str) -> str:
    """The text with lines put after the one that holds the character before `index`."""
    end = text.find("\n", max(index - 1, 0))
    if end < 0:
        return _ended(text) + lines
    return text[: end + 1] + lines + text[end + 1 :]


def _in_brackets(text: str, sequence: SequenceNode, entry: Mapping[str, Any]) -> str:
    """`[a, b]` with one item more; JSON is YAML's flow style."""
    last = int(sequence.value[-1].end_mark.index)
    return f"{text[:last]}, {json.dumps(dict(entry), ensure_ascii=False)}{text[last:]}"


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
