from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import smtplib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
import requests
from lxml import html
from rich.console import Console

from alerts.registry import channel_types
from core.located_yaml import load
from core.models import validate
from crawler.sites import read_crawl_sections
from monitor.demo import scenes
from monitor.demo.looks import Look, Outcome, alerts_in, outcome_of
from monitor.demo.newsroom import LoggedRequest, Newsroom
from monitor.demo.play import write_config
from monitor.demo.receivers import Receivers
from monitor.demo.story import play

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def alert_of(site: str, url: str, title: str) -> dict[str, Any]:
    return {
        "type": "alert",
        "id": "al_1",
        "watchlists": ["suriah"],
        "story": 1,
        "sent_at": NOW.isoformat(),
        "article": {"site": site, "url": url, "title": title, "published_at": NOW.isoformat()},
        "snippet": f"… {title} …",
        "matched": [{"watchlist": "suriah", "field": "title", "text": "Suriah"}],
        "also_in": [{"site": "layar-losari", "url": "http://127.0.0.1:1/salinan"}],
    }


@dataclass
class TinySiaga:
    """Stands in for `siaga run --once`: tells of titles with Suriah that home pages newly show."""

    told: set[str] = field(default_factory=set)
    configs: list[Path] = field(default_factory=list)

    def run(self, path: Path) -> int:
        self.configs.append(path)
        config = load(path.read_text(encoding="utf-8"), path.name).data
        for site in config["sites"]:
            for link in html.fromstring(requests.get(site["url"], timeout=5).content).iter("a"):
                title, url = link.text or "", link.get("href", "")
                if "Suriah" in title and title not in self.told:
                    self.told.add(title)
                    self._tell(config["channels"], alert_of(site["name"], url, title))
        return 0

    def _tell(self, channels: dict[str, Any], alert: dict[str, Any]) -> None:
        _post_signed(channels["webhook"], json.dumps(alert).encode())
        requests.post(channels["slack"]["url"], json={"text": "hai"}, timeout=5)
        _mail(channels["email"])


def _post_signed(channel: dict[str, Any], body: bytes) -> None:
    timestamp = str(int(datetime.now(UTC).timestamp()))
    signed = f"al_1.{timestamp}.".encode() + body
    mac = hmac.new(channel["secret"].encode(), signed, hashlib.sha256)
    headers = {
        "webhook-id": "al_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(mac.digest()).decode(),
    }
    requests.post(channel["url"], data=body, headers=headers, timeout=5)


def _mail(channel: dict[str, Any]) -> None:
    message = EmailMessage()
    message["Subject"] = "Siaga"
    with smtplib.SMTP(channel["smtp"]["host"], channel["smtp"]["port"]) as client:
        client.send_message(message, channel["from"], channel["to"])


def console() -> Console:
    return Console(file=io.StringIO(), width=100, force_terminal=False)


def shown(stage: Console) -> str:
    assert isinstance(stage.file, io.StringIO)
    return stage.file.getvalue()


def test_the_story_shows_the_first_alert_and_the_one_published_meanwhile() -> None:
    stage = console()
    assert play(stage, run=TinySiaga().run) == 0
    text = shown(stage)
    assert text.count("Alert: suriah") == 2
    assert "Tanjung Perak" in text
    assert "make run" in text


def test_the_story_leaves_no_folder_and_no_port_behind() -> None:
    siaga = TinySiaga()
    play(console(), run=siaga.run)
    assert len(siaga.configs) == 2
    assert siaga.configs[0] == siaga.configs[1]
    assert not siaga.configs[0].parent.exists()


def test_the_story_tells_when_the_run_fails() -> None:
    stage = console()
    assert play(stage, run=lambda _: 1) == 1
    assert "ended with an error" in shown(stage)


def test_the_story_cleans_up_when_it_is_interrupted() -> None:
    siaga = TinySiaga()

    def interrupted(path: Path) -> int:
        siaga.run(path)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play(console(), run=interrupted)
    assert not siaga.configs[0].parent.exists()


def look(**changes: Any) -> Look:
    alert = alert_of("kawat-lintang", "http://127.0.0.1:1/suriah", "Kabar Suriah")
    given: dict[str, Any] = {
        "status": 0,
        "requests": (LoggedRequest("kawat-lintang", "GET", "/", 200),),
        "alerts": (alert,),
        "slack_messages": 1,
        "mails": 1,
    }
    return Look(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.TOLD),
        ({"status": 2}, Outcome.RUN_FAILED),
        ({"alerts": ()}, Outcome.NOT_TOLD),
        ({"slack_messages": 0}, Outcome.NOT_TOLD),
        ({"mails": 0}, Outcome.NOT_TOLD),
        (
            {"alerts": (alert_of("a", "http://127.0.0.1:1/polsek-astana-anyar", "Polsek"),)},
            Outcome.TOLD_TOO_MUCH,
        ),
    ],
)
def test_a_look_is_judged_by_what_came_of_it(changes: dict[str, Any], outcome: Outcome) -> None:
    assert outcome_of(look(**changes)) is outcome


def test_the_alerts_of_a_digest_count_like_single_ones() -> None:
    one = alert_of("a", "http://127.0.0.1:1/", "Satu")
    digest = {"type": "digest", "alerts": [one, one]}
    assert alerts_in([one, digest, {"type": "test"}]) == (one, one, one)


def test_an_alert_is_shown_with_site_time_snippet_link_and_copies() -> None:
    stage = console()
    stage.print(scenes.alert(look().alerts[0]))
    text = shown(stage)
    for part in (
        "Alert: suriah",
        "kawat-lintang, Minggu, 22 November 2026 12:00 WITA",
        "… Kabar Suriah …",
        "http://127.0.0.1:1/suriah",
        "also in layar-losari",
    ):
        assert part in text


def test_an_alert_of_a_day_or_of_no_date_is_shown_too() -> None:
    alert = look().alerts[0]
    day = {**alert["article"], "published_at": None, "published_on": "2026-11-22"}
    for article, words in ((day, "2026-11-22"), ({**day, "published_on": None}, "undated")):
        stage = console()
        stage.print(scenes.alert({**alert, "article": article}))
        assert f"kawat-lintang, {words}" in shown(stage)


def test_a_title_with_brackets_is_shown_as_it_is() -> None:
    alert = alert_of("a", "http://127.0.0.1:1/", "[bold]Suriah[/bold] hari ini")
    stage = console()
    stage.print(scenes.alert(alert))
    assert "[bold]Suriah[/bold] hari ini" in shown(stage)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_its_closing_words(outcome: Outcome) -> None:
    stage = console()
    stage.print(scenes.closing(outcome))
    assert "left on your machine" in shown(stage)


def test_the_crawler_and_the_channels_accept_the_config(tmp_path: Path) -> None:
    with Newsroom.open(now=NOW) as newsroom, Receivers.open() as receivers:
        path = write_config(tmp_path, newsroom, receivers)
    document = load(path.read_text(encoding="utf-8"), path.name)
    sections, problems = read_crawl_sections(document)
    assert len(sections.sites) == 3
    types = channel_types()
    for name, channel in document.data["channels"].items():
        problems += validate(types[channel["type"]], document, ("channels", name))[1]
    assert problems == []


def test_the_config_names_the_sites_the_watchlists_and_the_receivers(tmp_path: Path) -> None:
    with Newsroom.open(now=NOW) as newsroom, Receivers.open() as receivers:
        path = write_config(tmp_path, newsroom, receivers)
        data = load(path.read_text(encoding="utf-8"), path.name).data
        assert data["sites"] == [site._asdict() for site in newsroom.sites]
        assert data["channels"]["webhook"]["secret"] == receivers.webhook.secret
        assert data["channels"]["email"]["smtp"]["port"] == receivers.mail.port
        assert [one["name"] for one in data["watchlists"]] == ["suriah", "astana"]
        assert data["network"] == {"allow_private": ["127.0.0.0/8"]}
