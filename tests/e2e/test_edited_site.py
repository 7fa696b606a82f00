"""A site that edits its articles, replayed: each edit is seen once, and nobody hears of boilerplate."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from alerts.alert import Alert
from crawler.revisions.archive import RevisionArchive
from crawler.visits.planning import plan_visit
from monitor.config import read_config
from monitor.database import open_siaga_database
from monitor.newsdesk import Newsdesk
from tests.crawler.crew import Crew
from tests.servers.faults import answers, redirects_to
from tests.servers.newsroom import FEED, NewsSite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.config import Config

TITLE = "Longsor tutup jalan Palopo"
TEXT = (
    "Longsor menutup jalan penghubung Palopo dan Toraja pada Selasa malam, kata petugas di lokasi.",
    "Tiga orang tewas dan dua rumah tertimbun dalam kejadian itu, menurut petugas penanggulangan.",
    "Alat berat dikerahkan sejak subuh, dan warga diminta memakai jalan lain lewat Enrekang.",
)
CALM = (
    "Pasar Sentral kembali dibuka setelah libur dua hari, dan pedagang sayur datang sejak subuh.",
    "Pengelola pasar menyiapkan tempat cuci tangan di setiap pintu bagi para pembeli.",
    "Para pembeli dari Palopo memuji harga ikan yang turun sejak kemarin, kata seorang pedagang.",
)
STEPS = [timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7)]
CONFIG = """
timezone: Asia/Makassar
crawl: {{delay: 0s}}
network: {{allow_private: ["127.0.0.0/8"]}}
sites: [{{name: koran, url: "{url}/", feeds: ["{url}{feed}"]}}]
watchlists:
  - {{name: longsor, any: [longsor], notify: [kait]}}
  - {{name: gempa, any: [gempa], notify: [kait]}}
channels:
  kait: {{type: webhook, url: "{url}/kait", allow_private: true}}
"""


@dataclass
class LaterClock:
    """The machine's clock, so much later: the plan's steps pass at once."""

    later: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.later

    def monotonic(self) -> float:
        return self.later.total_seconds()


class Watch:
    """A newsdesk on a database, and a real worker that visits the site for it."""

    def __init__(self, crew: Crew, site: NewsSite, config: Config) -> None:
        self._crew = crew
        self._site = site
        self._config = config
        self._clock = LaterClock()
        self.db = open_siaga_database(config.database)
        self._newsdesk = Newsdesk(self.db, config, clock=self._clock)

    def visit(self, after: timedelta = timedelta()) -> int:
        """One visit when the articles are so old; returns how many articles were looked at again."""
        self._clock.later = max(self._clock.later, after + timedelta(minutes=1))
        job = plan_visit(
            self.db.conn,
            self._config.crawl.sites[0],
            self._config.crawl.crawl,
            reader_zone="Asia/Makassar",
            now=self._clock.now(),
        )
        for report in self._crew.visit(replace(job, timeout=10.0)):
            self._newsdesk.take_report(report)
        return len(job.relooks)

    def publish(self, path: str = "/longsor", title: str = TITLE, *text: str) -> None:
        """Put a text on the site, dated so that it is news."""
        self._site.publish(path, title, text or TEXT, datetime.now(UTC))

    def told(self) -> list[tuple[str, list[tuple[str, Any, Any]]]]:
        """The path of each alert, and what it says was changed: kind, before or about, after."""
        rows = self.db.execute("SELECT data FROM alerts ORDER BY id").fetchall()
        alerts = [Alert.from_data(json.loads(row[0])) for row in rows]
        return [
            (
                alert.article["url"].removeprefix(self._site.url),
                [
                    (line.kind.value, line.before or line.about, line.after)
                    for line in (alert.change.lines if alert.change else ())
                ],
            )
            for alert in alerts
        ]

    def revision(self, path: str = "/longsor") -> int:
        sql = "SELECT revision FROM articles WHERE url = ?"
        return int(self.db.execute(sql, [self._site.url + path]).fetchone()[0])


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with Crew() as one:
        yield one


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite() as one:
        yield one


@pytest.fixture
def watch(crew: Crew, site: NewsSite, tmp_path: Path) -> Iterator[Watch]:
    """One that has its first look at the site behind it, and then told of an article."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(url=site.url, feed=FEED))
    watch = Watch(crew, site, read_config(path, environment={}))
    watch.visit()
    watch.publish()
    watch.visit()
    assert watch.told() == [("/longsor", [])]
    yield watch
    watch.db.close()


def test_an_article_is_looked_at_again_at_each_step_once_and_conditionally(
    watch: Watch, site: NewsSite
) -> None:
    looks = [watch.visit(after) for step in STEPS for after in (step, step)]
    assert looks == [1, 0] * len(STEPS)
    assert [one.status for one in site.requests_for("/longsor")] == [200, *[304] * len(STEPS)]
    assert watch.told() == [("/longsor", [])]


def test_each_edit_is_seen_once_and_boilerplate_never(watch: Watch) -> None:
    watch.publish("/longsor", TITLE, *TEXT, "Dibaca 1.234 kali")
    watch.visit(STEPS[0])
    watch.publish("/longsor", TITLE, *TEXT, "Dibaca 9.876 kali", "Baca juga: Pasar kembali dibuka")
    watch.visit(STEPS[1])
    assert watch.revision() == 1
    typo = TEXT[2].replace("dikerahkan", "diturunkan")
    watch.publish("/longsor", TITLE, *TEXT[:2], typo)
    watch.visit(STEPS[2])
    assert watch.revision() == 2
    assert watch.told() == [("/longsor", [])]  # kept, and no news to anybody
    watch.publish("/longsor", "Jalan Palopo terbuka lagi setelah longsor", *TEXT[:2], typo)
    watch.visit(STEPS[3])
    watch.visit(STEPS[3])
    assert watch.revision() == 3
    headline = ("headline", TITLE, "Jalan Palopo terbuka lagi setelah longsor")
    assert watch.told()[1:] == [("/longsor", [headline])]


def test_a_number_of_victims_and_the_words_of_a_watchlist_are_told(watch: Watch) -> None:
    more = TEXT[1].replace("Tiga orang", "Lima orang")
    shaken = "Petugas menduga tanah lepas karena gempa kecil pada Senin sore di perbukitan itu."
    watch.publish("/longsor", TITLE, TEXT[0], more, TEXT[2], shaken)
    watch.visit(STEPS[0])
    (_, lines), *rest = watch.told()[1:]
    assert rest == []  # one alert for all that one edit changed
    assert lines == [("victims", "3", "5"), ("words-entered", None, "gempa")]
    calm = [one.replace("gempa", "hujan") for one in (TEXT[0], more, TEXT[2], shaken)]
    watch.publish("/longsor", TITLE, *calm)
    watch.visit(STEPS[1])
    assert watch.told()[2:] == [("/longsor", [("words-left", "gempa", None)])]


@pytest.mark.parametrize("how", ["not-found", "removed", "sent-home"])
def test_an_article_that_disappears_is_told_once_and_how_it_went(
    watch: Watch, site: NewsSite, how: str
) -> None:
    behaviours = {
        "not-found": answers(404, "<h1>Tidak ada</h1>"),
        "removed": answers(410, "<h1>Dihapus</h1>"),
        "sent-home": redirects_to(site.url + "/"),
    }
    site.misbehave("/longsor", behaviours[how])
    for after in (STEPS[0], STEPS[0] + timedelta(minutes=15), *STEPS[1:3]):
        watch.visit(after)
    assert watch.told()[1:] == [("/longsor", [("gone", how, None)])]
    site.behave("/longsor")
    watch.visit(STEPS[3])
    assert watch.told()[2:] == [("/longsor", [("back", None, None)])]
    assert watch.revision() == 1


def test_a_slip_of_the_site_is_no_disappearance(watch: Watch, site: NewsSite) -> None:
    site.misbehave("/longsor", answers(404))
    assert watch.visit(STEPS[0]) == 1
    site.behave("/longsor")
    assert watch.visit(STEPS[0] + timedelta(minutes=15)) == 1
    assert watch.told() == [("/longsor", [])]


def test_what_no_watchlist_met_is_revised_too_and_told_to_nobody(watch: Watch) -> None:
    watch.publish("/pasar", "Pasar Sentral kembali dibuka", *CALM)
    watch.visit()
    watch.publish("/pasar", "Pasar Sentral ramai lagi", *CALM)
    watch.visit(STEPS[0] + timedelta(minutes=5))
    assert watch.revision("/pasar") == 2
    assert watch.told() == [("/longsor", [])]


def test_a_wall_in_the_place_of_the_text_changes_nothing(watch: Watch) -> None:
    watch.publish("/longsor", TITLE, TEXT[0])
    watch.visit(STEPS[0])
    assert (watch.revision(), watch.told()) == (1, [("/longsor", [])])
    assert RevisionArchive(watch.db.conn).history(1) == []
