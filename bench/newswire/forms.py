"""Pages that a house fills in by rote: prices, prayer times, weather, previews of matches, scores."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from bench.newswire.pieces import Piece, on_day, spelt

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

DAYS = 12
CITIES = ("Makassar", "Parepare", "Palopo", "Bone", "Gowa", "Maros", "Bantaeng", "Sinjai")
CLUBS = ("Persib", "PSM", "Persija", "Arema", "Borneo", "Dewa", "Madura", "Persis", "Persita")
SKIES = ("cerah", "cerah berawan", "berawan", "hujan ringan", "hujan sedang", "hujan petir")
WEIGHTS = (0.5, 1, 2, 3, 5, 10, 25, 50, 100, 250, 500, 1000)
PRAYERS = {"Imsak": 280, "Subuh": 298, "Zuhur": 730, "Asar": 931, "Magrib": 1085}

GOLD = """
Harga emas batangan yang dijual {house} pada {date} {moved} Rp{change} menjadi Rp{price} per gram dari harga
sebelumnya menurut laman resmi perusahaan itu.

Transaksi harga jual dikenakan potongan pajak sesuai dengan peraturan yang berlaku. Penjualan kembali emas
batangan dengan nominal lebih dari Rp10 juta dikenakan PPh 22 sebesar 1,5 persen untuk pemegang NPWP dan
3 persen untuk yang tidak memiliki NPWP. Pajak itu dipotong langsung dari total nilai pembelian kembali.

Berikut harga pecahan emas batangan di {house}:

{table}
"""
PRAYER_TIMES = """
Berikut jadwal imsakiyah dan waktu salat untuk wilayah {city} dan sekitarnya pada {date} yang dikutip dari
laman resmi Kementerian Agama.

Waktu salat {city}: {times}.

Umat Islam dianjurkan untuk menyegerakan berbuka ketika waktu magrib tiba dan mengakhirkan sahur. Bagi yang
hendak berpuasa dianjurkan membaca niat pada malam hari sebelum terbit fajar. Selamat menunaikan ibadah bagi
warga {city}.
"""
WEATHER = """
Badan Meteorologi, Klimatologi, dan Geofisika mengeluarkan prakiraan cuaca wilayah {city} untuk hari ini,
{date}. Cuaca pada pagi hari diprakirakan {morning}, siang hari {noon} dan malam hari {night}.

Suhu udara di {city} berkisar antara {low} hingga {high} derajat Celsius dengan kelembapan udara {dry} sampai
{damp} persen. Angin bertiup dari arah barat dengan kecepatan {wind} kilometer per jam.

Masyarakat diimbau tetap waspada terhadap perubahan cuaca yang dapat terjadi sewaktu-waktu dan memantau
perkembangan informasi melalui kanal resmi. Nelayan diminta memperhatikan tinggi gelombang sebelum melaut.
"""
PREVIEW = """
{home} akan menjamu {away} dalam lanjutan Liga 1 di Stadion Gelora {home}, malam nanti. Laga {home} vs {away}
akan disiarkan langsung pada pukul {hour}.00 WIB.

{home} datang dengan modal bagus setelah meraih hasil positif pada laga terakhir. Pelatih {home} menyatakan
anak asuhnya siap tampil habis-habisan di hadapan pendukung sendiri untuk mengamankan tiga poin penuh.

Di sisi lain {away} bertekad mencuri poin di kandang lawan. Kubu tamu diperkirakan tampil dengan kekuatan
penuh setelah beberapa pemain pulih dari cedera dan kembali berlatih bersama tim.

Prediksi skor {home} vs {away}: {score}.
"""
SCORE = """
Pertandingan antara {home} melawan {away} pada pekan ini berakhir dengan skor {score}. Kedua tim saling
menyerang sejak menit awal di hadapan ribuan pendukung yang memadati tribun.

Setelah turun minum tempo permainan tidak menurun. Wasit mengeluarkan beberapa kartu kuning untuk pelanggaran
keras di lini tengah sebelum meniup peluit panjang.

Dengan hasil ini {home} menempati posisi {place} klasemen sementara dengan koleksi {points} poin, sedangkan
{away} berada di peringkat {rank}.
"""


def gold_prices(rng: random.Random) -> Iterator[Piece]:
    """Every house its own prices in one form; what the price was returns now and then."""
    for house in ("koran-niaga", "kabar-emas", "warta-pasar"):
        price = 1_900_000
        for day in range(DAYS):
            change = rng.choice((-17_000, -8_000, -1_000, 1_000, 6_000, 21_000))
            price += change
            moved = "naik" if change > 0 else "turun"
            yield _page(
                GOLD,
                story=f"gold prices, {house}, {day}",
                site=house,
                at=on_day(day, hours=rng.uniform(0, 3)),
                title=f"Harga emas hari ini {moved} jadi {_rupiah(price)} per gram",
                house=house,
                moved=moved,
                change=_rupiah(abs(change)),
                price=_rupiah(price),
                table="\n\n".join(f"Harga {one} gram: Rp{_rupiah(price * one)}" for one in WEIGHTS),
            )


def prayer_times(rng: random.Random) -> Iterator[Piece]:
    """Neighbouring cities' times differ by a minute, a city's from one day to another by none or one."""
    houses = ("suara-kota", "kabar-kota")
    for house, (number, city), day in product(houses, enumerate(CITIES), range(0, DAYS, 2)):
        late = number + day // 5
        times = (
            f"{name} pukul {(minute + late) // 60:02d}.{(minute + late) % 60:02d} Wita"
            for name, minute in PRAYERS.items()
        )
        at = on_day(day, hours=rng.uniform(0, 2))
        yield _page(
            PRAYER_TIMES,
            story=f"prayer times, {city}, {day}",  # the houses' pages are the same, word for word
            site=house,
            at=at,
            title=f"Jadwal imsakiyah dan salat {city} hari ini {spelt(at)}",
            city=city,
            times=", ".join(times),
        )


def weather(rng: random.Random) -> Iterator[Piece]:
    for city, day in product(CITIES, range(DAYS)):
        at = on_day(day, hours=rng.uniform(0, 2))
        morning, noon, night = rng.choices(SKIES, k=3)
        low = rng.randint(22, 25)
        yield _page(
            WEATHER,
            story=f"weather, {city}, {day}",
            site="suara-kota",
            at=at,
            title=f"Prakiraan cuaca {city} hari ini {spelt(at)}: pagi {morning}, malam {night}",
            city=city,
            morning=morning,
            noon=noon,
            night=night,
            low=low,
            high=low + rng.randint(7, 9),
            dry=rng.randint(55, 70),
            damp=rng.randint(85, 99),
            wind=rng.randint(5, 30),
        )


def match_previews(rng: random.Random) -> Iterator[Piece]:
    for day in range(DAYS):
        for home, away in _pairs(rng.sample(CLUBS, 8)):
            yield _page(
                PREVIEW,
                story=f"match previews, {day}, {home}",
                site="bola-kita",
                at=on_day(day, hours=rng.uniform(0, 8)),
                title=f"Prediksi {home} vs {away} di Liga 1: head to head dan susunan pemain",
                home=home,
                away=away,
                hour=rng.choice((15, 19, 20)),
                score=f"{rng.randint(0, 3)}-{rng.randint(0, 3)}",
            )


def scores(rng: random.Random) -> Iterator[Piece]:
    for day in range(DAYS):
        home, away = rng.sample(CLUBS, 2)
        score = f"{rng.randint(0, 4)}-{rng.randint(0, 4)}"
        yield _page(
            SCORE,
            story=f"scores, {day}",
            site="bola-kita",
            at=on_day(day, hours=12),
            title=f"Hasil Liga 1 {home} vs {away}: skor akhir {score}",
            home=home,
            away=away,
            score=score,
            place=rng.randint(1, 18),
            points=rng.randint(10, 60),
            rank=rng.randint(1, 18),
        )


def _pairs(clubs: list[str]) -> Iterator[tuple[str, str]]:
    return zip(clubs[::2], clubs[1::2], strict=True)


def _page(form: str, **filled: Any) -> Piece:
    at = filled["at"]
    text = form.format(date=spelt(at), **filled)
    return Piece(
        kind=filled["story"].partition(",")[0],
        story=filled["story"],
        site=filled["site"],
        at=at,
        title=filled["title"],
        paragraphs=tuple(" ".join(one.split()) for one in text.strip().split("\n\n")),
    )


def _rupiah(price: float) -> str:
    return f"{round(price):,}".replace(",", ".")


FORMS = (gold_prices, prayer_times, weather, match_previews, scores)
