"""Messages in the user's own words: what a template may say of an alert, and who renders it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from alerts.alert import Alert
from alerts.change import sentence
from alerts.channel import Textual
from alerts.render import of_alert, plain
from alerts.sandbox.sandbox import Sandbox, TemplateError, TemplateTooSlowError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from alerts.channel import Channel, ChannelConfig, Envelope, Renderer
    from alerts.notice import Message

_log = logging.getLogger("siaga.alerts")


def values_of(alert: Alert, zone: tzinfo) -> dict[str, Any]:
    """What a template may name: texts for people, `article` as the webhook has it, and the matched words.

    What is unknown is None (`published`, `link`) or an empty list.
    """
    shown = of_alert(alert, zone)
    return {
        "title": shown.title_text,
        "site": shown.site,
        "published": shown.published,
        "snippet": plain(shown.snippet),
        "link": shown.link,
        "watchlists": list(shown.watchlists),
        "also_in": list(shown.also_in),
        "words": list(dict.fromkeys(words.text for words in alert.matched)),
        "changes": [sentence(line) for line in alert.change.lines] if alert.change else [],
        "story": alert.story,
        "article": {key: value for key, value in alert.article.items() if key != "body"},
    }


def text_by(template: str, alert: Alert, zone: tzinfo) -> str:
    """The words of an alert by a template; raises TemplateError."""
    with Sandbox() as sandbox:
        return sandbox.check(template, values_of(alert, zone))


def faults_in(templates: Mapping[str, str], alert: Alert, zone: tzinfo) -> dict[str, TemplateError]:
    """What is wrong with each template that cannot tell of this alert, by name."""
    faults: dict[str, TemplateError] = {}
    with Sandbox() as sandbox:
        for name, template in templates.items():
            try:
                sandbox.check(template, values_of(alert, zone))
            except TemplateError as error:
                faults[name] = error
    return faults


class TemplateRenderer:
    """Renders alerts by a template for a channel, and as the channel itself does where that fails.

    A template that had to be ended once is not tried again: rendering holds up others.
    """

    def __init__(self, template: str, channel: Textual) -> None:
        self._template = template
        self._channel = channel
        self._sandbox = Sandbox()
        self._too_slow = False

    @property
    def channel(self) -> Textual:
        return self._channel

    def render(self, message: Message, envelope: Envelope) -> bytes:
        text = self._text_of(message, envelope.zone)
        if text is None:
            return self._channel.render(message, envelope)
        return self._channel.render_text(text, message, envelope)

    def render_text(self, text: str, message: Message, envelope: Envelope) -> bytes:
        return self._channel.render_text(text, message, envelope)

    def _text_of(self, message: Message, zone: tzinfo) -> str | None:
        if self._too_slow or not isinstance(message, Alert):
            return None
        try:
            return self._sandbox.render(self._template, values_of(message, zone))
        except TemplateError as error:
            self._too_slow = isinstance(error, TemplateTooSlowError)
            _log.warning("the template is not used for this message: %s", error)
            return None


def renderer_of(config: ChannelConfig, channel: Channel) -> Renderer:
    """What renders for a channel: the channel itself, or the template of its config in the user's words."""
    if config.template is None or not isinstance(channel, Textual):
        return channel
    return TemplateRenderer(config.template, channel)
