from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.query.affixes import forms
from monitor.query.shield import NAMES, SHIELDED


@pytest.mark.parametrize(
    ("root", "words"),
    [
        ("serang", "serang menyerang diserang penyerang penyerangan serangan terserang"),
        ("tarik", "menarik ditarik penarikan tarikan tertarik ketertarikan"),
        ("pukul", "memukul memukuli dipukuli pemukulan terpukul pukulan"),
        ("kirim", "mengirim mengirimkan dikirimi pengiriman berkirim kirimkan"),
        ("ancam", "mengancam pengancaman ancaman terancam"),
        ("bantu", "membantu pembantu bantuan perbantukan diperbantukan"),
        ("larang", "melarang pelarangan larangan terlarang"),
        ("jual", "menjual berjualan penjualan terjual dijual"),
        ("kerja", "bekerja pekerja pekerjaan mempekerjakan dikerjakan pengerjaan"),
        ("renang", "berenang perenang"),
        ("ternak", "beternak peternakan"),
        ("ajar", "belajar pelajar pembelajaran mengajar pengajaran"),
        ("bom", "mengebom pengeboman membom pemboman dibom"),
        ("sah", "mengesahkan pengesahan disahkan sahkan"),
        ("pengaruh", "mempengaruhi memengaruhi berpengaruh terpengaruh"),
        ("sukses", "menyukseskan mensukseskan kesuksesan"),
        ("kritik", "mengkritik mengritik dikritik"),
        ("khawatir", "mengkhawatirkan kekhawatiran"),
        ("protes", "memprotes memrotes diprotes"),
        ("laku", "memberlakukan diberlakukan pemberlakuan perlakuan berlaku"),
        ("satu", "bersatu menyatukan persatuan pemersatu kesatuan"),
        ("pimpin", "memimpin pemimpin kepemimpinan terpimpin"),
        ("hasil", "berhasil keberhasilan penghasilan berpenghasilan"),
        ("tahu", "mengetahui diketahui pengetahuan"),
        ("banjir", "kebanjiran membanjiri dibanjiri"),
    ],
)
def test_a_root_has_the_forms_that_the_press_makes_of_it(root: str, words: str) -> None:
    assert set(words.split()) - forms(root) == set()


@pytest.mark.parametrize(
    ("root", "word"),
    [
        ("teri", "menteri"),
        ("tamina", "pertamina"),
        ("bekas", "bekasi"),
        ("tari", "penarikan"),
        ("tari", "mentari"),
        ("ras", "beras"),
        ("jarah", "sejarah"),
        ("duri", "durian"),
        ("gawai", "pegawai"),
        ("hut", "hutan"),
        ("kurs", "kursi"),
        ("beri", "berii"),
        ("tahan", "pemerintahan"),
        ("suriah", "astana"),
    ],
)
def test_a_word_that_only_looks_like_a_form_is_none(root: str, word: str) -> None:
    assert word not in forms(root)


@pytest.mark.parametrize("name", ["bekasi", "pertamina", "merauke"])
def test_a_name_has_no_forms(name: str) -> None:
    assert forms(name) == {name}


def test_a_shielded_word_takes_affixes_when_it_is_the_root() -> None:
    assert "mempercayai" in forms("percaya")
    assert "kementerian" in forms("menteri")


@given(st.text("abdegiklmnoprstu", min_size=3, max_size=9))
def test_every_form_holds_the_root_or_all_of_it_but_its_first_letter(root: str) -> None:
    made = forms(root)
    assert root in made
    assert all(root[1:] in form for form in made)
    assert made - {root} <= {form for form in made if form not in SHIELDED | NAMES}
