"""The types of channels there are, found by the files in alerts/channels."""

from __future__ import annotations

import importlib
import pkgutil
from typing import get_args

from alerts import channels
from alerts.channel import ChannelConfig


def channel_types() -> dict[str, type[ChannelConfig]]:
    """The config model of every type of channel, by what `type:` says, in alphabetical order."""
    found = (
        model
        for module in pkgutil.iter_modules(channels.__path__)
        for model in _models_of(f"{channels.__name__}.{module.name}")
    )
    return dict(sorted((type_of(model), model) for model in found))


def type_of(model: type[ChannelConfig]) -> str:
    """What `type:` says for this kind of channel."""
    (name,) = get_args(model.model_fields["type"].annotation)
    return str(name)


def _models_of(module: str) -> list[type[ChannelConfig]]:
    members = vars(importlib.import_module(module)).values()
    return [
        member
        for member in members
        if isinstance(member, type)
        and issubclass(member, ChannelConfig)
        and member.__module__ == module
    ]
