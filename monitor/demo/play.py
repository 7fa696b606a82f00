"""The stage of `siaga demo`: the config.yaml that joins the invented sites and the receivers."""

from __future__ import annotations

from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.demo.newsroom import Newsroom
    from monitor.demo.receivers import Receivers


def write_config(folder: Path, newsroom: Newsroom, receivers: Receivers) -> Path:
    """Write config.yaml into `folder`, where its database will stand too; returns its path.

    The feeds are left out, so that Siaga has to find them.
    """
    template = files("monitor.demo") / "templates" / "config.yaml"
    text = Template(template.read_text(encoding="utf-8")).substitute(
        sites="\n".join(
            f"  - {{name: {site.name}, url: {site.url}, timezone: {site.timezone}}}"
            for site in newsroom.sites
        ),
        webhook_url=receivers.webhook.url,
        webhook_secret=receivers.webhook.secret,
        slack_url=receivers.slack.url,
        mail_port=receivers.mail.port,
    )
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path
