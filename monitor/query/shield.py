"""What the rules for affixes get wrong: words that only look like forms, names, and irregular forms.

A form that stands in SHIELDED or NAMES is nobody's form: "menteri" is no ~teri, "sejarah" no ~jarah,
Bekasi no ~bekas. The lists need not be complete, since roots are given by people and `siaga terms`
shows what they get: they hold what the press writes often, and what a short root would meet.
"""

from __future__ import annotations

_WORDS = """
adalah anti apalagi asasi audiensi bahan bahkan balai bali batangan berani beranda berapa beras berat
berikut berita berkas berkat berlian beruang beruk bersih beres bukan bukti bulan
dari dengan dialog diare digital dilema dimana dimensi dinamo dinas dinding dini diplomasi direksi
direktur diri disana disini diskon diskusi ditjen divisi durian ekonomi ekspresi empati halaman hakiki
hutan ikan inflasi jalan kalian kemudian kendali kini kursi lagi lebaran lisan lokasi makan
mandiri media medali melainkan melati melayu melon memang memar member memori menag menang menantu menara
mengapa menit mensos mentah mental mentan mentari mentega menteri mentok mentor menuai menurut merah
merak merdeka mereka merek meriam mewah misalkan nilai operasi opsi otonomi padi pangkalan
partai pasti pedang pedas pedoman pegang pegawai pekan pekerti pelan peluang pemilu pencak pendek
pendeta pengantin pengaruh pengen pengin penjara pensil pensiun pentas penting peran perahu perak perang
perangkat percaya perdana perempuan pergi perkara perkosa perlahan perlu permata permen pernah persis
pertama perwira pesan pesat petasan polisi prosesi provinsi refleksi resesi resmi
santai sebab sebelum seberapa sebuah secara sedan sedang sedangkan segala segera sejak sejarah sekarang
seksi sekolah sekutu selaku selalu selam selama selamat selain seluruh semata semen sempat semua
sendiri seni seolah seorang sepak sepeda seperti sepele seraya serat serikat sering serius sesak
sesat seseorang sesuai setan setelah setiap setuju tapi terang terapi teras teratai terbang terbit
terigu terima terjemah terjun terlalu termos terminal terong terumbu terus tetapi tunai wali
"""
_PLACES_AND_PEOPLE = """
asahan asian bangkalan batam bekasi belitung bengkalis berau berlin bermuda bernard dewi diana diego
dieng european kediri kendari korean kuningan lamongan magetan medan melawi mentawai menteng merangin
meranti merauke milan pacitan pandeglang pangandaran pasuruan pekalongan pemalang perhutani perindo
permadi permana persebaya persela persib persija persik persipura persita pertamina pertiwi peter
sekadau selayar semarang seram sleman tabanan tarakan ternate
"""
_MADE = {
    "ajar": "belajar pelajar pelajaran pembelajar pembelajaran mempelajari dipelajari terpelajar",
    "depan": "mengedepankan dikedepankan",
    "muka": "mengemuka mengemukakan dikemukakan terkemuka",
    "samping": "mengesampingkan dikesampingkan",
    "tahu": "mengetahui diketahui ketahui pengetahuan sepengetahuan berpengetahuan",
}

SHIELDED = frozenset(_WORDS.split())
"""Words that are forms of no shorter root; as roots themselves they take affixes (~percaya)."""
NAMES = frozenset(_PLACES_AND_PEOPLE.split())
"""Names that look like forms. They take no affixes."""
IRREGULAR = {root: frozenset(made.split()) for root, made in _MADE.items()}
"""Forms that no rule makes, by root."""
