"""A news site and three receivers on loopback, and a config.yaml that joins them."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from tests.servers.newsroom import FEED, NewsSite
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.e2e.program import Daemon, Program

SURIAH = "{name: suriah, any: [Suriah], notify: [kait, slack, surat]}"
ASTANA = "{name: astana, any: [Astana], notify: [kait]}"
RECIPIENT = "ani@redaksi.example"
FIRST_LOOK = "koran: 1 new, 0 matches, 0 alerts; 1 were there before the first look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """`hook` and `slack` answer as the path that a config gives them says."""

    site: NewsSite
    hook: WebhookReceiver
    slack: WebhookReceiver
    mail: MailReceiver

    @classmethod
    @contextmanager
    def open(cls, *, fault_rate: float = 0.0, hang_seconds: float = 5.0) -> Iterator[Self]:
        """All four listen until the block ends."""
        with ExitStack() as stack:
            enter = stack.enter_context
            yield cls(
                site=enter(NewsSite()),
                hook=enter(WebhookReceiver(fault_rate=fault_rate, hang_seconds=hang_seconds)),
                slack=enter(
                    WebhookReceiver(fault_rate=fault_rate, hang_seconds=hang_seconds, seed=2)
                ),
                mail=enter(MailReceiver(fault_rate=fault_rate, seed=3)),
            )

    def site_entry(self, name: str = "koran", url: str | None = None, every: str = "1s") -> str:
        """A site of config.yaml, in one line; this one, or the one at `url`."""
        url = url or self.site.url
        return (
            f"{{name: {name}, url: '{url}/', feeds: ['{url}{FEED}'], "
            f"timezone: Asia/Makassar, every: {every}}}"
        )

    def config(
        self,
        *,
        sites: Sequence[str] | None = None,
        watchlists: Sequence[str] = (SURIAH, ASTANA),
        channels: Sequence[str] = ("kait", "slack", "surat"),
        hook_path: str = "/accept",
        slack_path: str = "/accept",
    ) -> str:
        """A config.yaml with these sites, watchlists and channels, each given in one line."""
        every = {
            "kait": f"{{type: webhook, url: '{self.hook.url(hook_path)}', secret: kunci, "
            "allow_private: true}",
            "slack": f"{{type: slack, url: '{self.slack.url(slack_path)}', allow_private: true}}",
            "surat": f"{{type: email, to: [{RECIPIENT}], from: siaga@redaksi.example, "
            f"smtp: {{host: 127.0.0.1, port: {self.mail.port}, tls: none}}, allow_private: true}}",
        }
        lines = [
            "timezone: Asia/Makassar",
            "crawl: {delay: 0s}",
            "network: {allow_private: ['127.0.0.0/8']}",
            _list("sites", [self.site_entry()] if sites is None else sites),
            _list("watchlists", watchlists),
            "channels:",
            *(f"  {name}: {every[name]}" for name in channels),
        ]
        return "\n".join(lines) + "\n"

    def publish(self, path: str, title: str, *, at: datetime | None = None) -> str:
        """An article that came out just now; returns its address."""
        return publish(self.site, path, title, at=at)


@contextmanager
def watching(program: Program, press: Press, config: str | None = None) -> Iterator[Daemon]:
    """A daemon that has its first look at the site behind it: what comes now is told."""
    press.publish("/lama", "Kabar lama dari kota")
    program.save(config or press.config())
    with program.daemon() as daemon:
        assert daemon.says(FIRST_LOOK), f"it said: {daemon.log!r}"
        yield daemon


def publish(site: NewsSite, path: str, title: str, *, at: datetime | None = None) -> str:
    paragraphs = [
        "Redaksi menerima kabar ini pagi tadi, dan menuliskannya di sini tanpa menunda.",
        "Para pembaca diminta bersabar, sebab keterangan resmi baru disampaikan besok sore di kantor.",
        "Petugas yang kami hubungi membenarkan kabar itu, tetapi enggan menyebutkan rinciannya.",
    ]
    return site.publish(path, title, paragraphs, at or datetime.now(UTC))


def titles_in(receiver: WebhookReceiver) -> list[str]:
    """The titles that a webhook took, in order."""
    return [one.data["article"]["title"] for one in receiver.accepted]


def subjects_in(receiver: MailReceiver) -> list[str]:
    return [str(mail.message["Subject"]) for mail in list(receiver.mails)]


def slack_titles_in(receiver: WebhookReceiver) -> list[str]:
    return [title_of_slack(one.data) for one in receiver.accepted]


def title_of_slack(message: Any) -> str:
    return str(message["blocks"][0]["text"]["text"])


def _list(key: str, entries: Sequence[str]) -> str:
    return (
        "\n".join([f"{key}:", *(f"  - {entry}" for entry in entries)]) if entries else f"{key}: []"
    )
