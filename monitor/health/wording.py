"""What people are told of the health of sites, in Indonesian. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.notice import Notice
from alerts.render import at_time
from monitor.health.news import NETWORK, Telling
from monitor.health.state import Reason, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, tzinfo

    from monitor.health.news import Subject, Word
    from monitor.health.state import Health

_LISTED = 30  # sites in one notice; more are counted
_STATES = {
    State.BROKEN: "tidak dapat dibaca",
    State.QUIET: "sepi di luar kebiasaan",
    State.THIN: "artikelnya tidak lengkap",
    State.WORKING: "pulih",
}
_REASONS = {
    Reason.NEVER_LOOKED: "belum pernah dilihat",
    Reason.FINE: "semua sumber terbaca",
    Reason.SOME_FAIL: "sebagian sumbernya tidak terbaca",
    Reason.JUST_FAILED: "kunjungan terakhir gagal",
    Reason.UNREACHABLE: "situs tidak dapat dihubungi",
    Reason.CERTIFICATE: "sertifikat situs tidak dapat dipercaya",
    Reason.REFUSES: "situs menolak kunjungan Siaga",
    Reason.GONE: "halaman sumbernya sudah tidak ada",
    Reason.SERVER_ERROR: "server situs menjawab dengan kesalahan",
    Reason.THROTTLED: "situs terus meminta agar datang lagi nanti",
    Reason.UNREADABLE: "isi yang dikirim situs tidak dapat dibaca",
    Reason.ROBOTS: "robots.txt menutup situs ini bagi Siaga",
    Reason.ADDRESS: "alamatnya tidak boleh dihubungi (network.allow_private)",
    Reason.CRASHES: "membacanya membuat pembaca Siaga macet",
    Reason.NO_SOURCES: "tidak ditemukan feed maupun sitemap berita",
    Reason.SILENT: "tidak ada artikel baru lebih lama daripada biasanya",
    Reason.NO_TEXT: "artikelnya datang tanpa isi",
    Reason.NO_DATE: "artikelnya datang tanpa tanggal",
    Reason.SHORTER: "artikelnya jauh lebih pendek daripada biasanya",
}
_FLAPPING = "Keadaannya sering berubah: kabar berikutnya paling cepat besok."
_MEANWHILE = {
    State.BROKEN: "Siaga terus mencoba dan memberi tahu bila pulih. Sampai saat itu berita dari sini "
    "tidak terpantau.",
    State.QUIET: "Siaga tetap memeriksa. Mungkin situs memang tidak menerbitkan apa-apa; bila di situsnya "
    "ada berita baru, sumbernya mungkin berpindah: coba `siaga add` dengan alamat situs itu.",
    State.THIN: "Judul tetap dicocokkan, tetapi kata yang hanya ada di isi dapat terlewat. Periksa satu "
    "artikelnya dengan `siaga extract`.",
    State.WORKING: "Pemantauan berjalan lagi seperti biasa.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What a notice says besides: when the last article of each site came, and the reader's zone."""

    zone: tzinfo
    last_articles: Mapping[str, datetime]
    sites: int  # in the config


def notice_of(batch: Sequence[Word], background: Background) -> Notice:
    """The notice that tells of one change, or of several of a kind."""
    first = batch[0]
    if first.subject == NETWORK:
        return _of_network(first, background)
    if len(batch) > 1:
        return _of_many(batch, background)
    return _of_one(first, background)


def _of_one(word: Word, background: Background) -> Notice:
    health = word.health
    what = _STATES[health.state]
    flapping = word.telling is Telling.FLAPPING
    title = f"{_called(word.subject)} {'naik-turun, kini ' if flapping else ''}{what}"
    lines = [
        _since(word, background.zone),
        _cause(health) if not word.recovered else None,
        _last_article(word.subject, background),
        _FLAPPING if flapping else None,
        _meanwhile(word),
    ]
    return Notice(title=title, text=" ".join(line for line in lines if line))


def _of_many(batch: Sequence[Word], background: Background) -> Notice:
    what = "pulih" if batch[0].recovered else "bermasalah"
    lines = [
        f"{_called(word.subject)}: {_STATES[word.health.state]}"
        + ("" if word.recovered else f" sejak {_clock(word.health.since, background.zone)}")
        for word in batch[:_LISTED]
    ]
    if len(batch) > _LISTED:
        lines.append(f"dan {len(batch) - _LISTED} lagi")
    return Notice(
        title=f"{len(batch)} situs dan sumber {what}",
        text=f"{'; '.join(lines)}. Rinciannya: `siaga status`.",
    )


def _of_network(word: Word, background: Background) -> Notice:
    since = _clock(word.health.since, background.zone)
    again = f" {_FLAPPING}" if word.telling is Telling.FLAPPING else ""
    if word.recovered:
        return Notice(
            title="Situs-situs dapat dijangkau lagi",
            text=f"Sejak {since}. Siaga mengejar berita yang terlewat sejauh masih tercantum.{again}",
        )
    return Notice(
        title=f"Hampir semua situs tidak dapat dijangkau sejak {since}",
        text=f"Mungkin jaringan server ini terputus, bukan {background.sites} situs yang dipantau. Selama "
        f"itu gangguan tiap situs tidak dikabarkan satu per satu; Siaga terus mencoba.{again}",
    )


def _called(subject: Subject) -> str:
    return f"Satu sumber {subject.site}" if subject.source else subject.site


def _since(word: Word, zone: tzinfo) -> str:
    source = f"{word.subject.source}: " if word.subject.source else ""
    return f"{source}Sejak {_clock(word.health.since, zone)}."


def _cause(health: Health) -> str:
    detail = f" ({health.detail})" if health.detail and health.state is State.BROKEN else ""
    return f"Sebab: {_REASONS[health.reason]}{detail}."


def _last_article(subject: Subject, background: Background) -> str:
    last = background.last_articles.get(subject.site)
    if last is None:
        return "Belum ada artikel dari situs ini."
    return f"Artikel terakhir masuk {_clock(last, background.zone)}."


def _meanwhile(word: Word) -> str:
    if word.subject.source and not word.recovered:
        return "Sumber lain situs ini tetap dipantau, tetapi sebagian beritanya mungkin terlewat."
    return _MEANWHILE[word.health.state]


def _clock(at: datetime | None, zone: tzinfo) -> str:
    return at_time(at, zone) if at else "waktu yang tidak diketahui"
