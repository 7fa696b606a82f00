from __future__ import annotations

import subprocess
import sys

import pytest

from crawler.extraction.language import decide

INDONESIAN = (
    "Bupati mengatakan bahwa jembatan itu akan ditutup untuk sementara, karena air sungai naik sejak pagi. "
    "Warga yang hendak menyeberang diminta memakai perahu dari dermaga lama."
)
ENGLISH = (
    "The regent said that the bridge would be closed for a week, because the river had been rising since "
    "the morning. People who want to cross are asked to take the ferry from the old pier."
)
JAVANESE = (
    "Bupati ngendika yen kreteg iku bakal ditutup nganti seminggu, amarga banyu kali mundhak wiwit esuk. "
    "Warga sing arep nyabrang disuwun numpak prau saka dermaga lawas ing sisih wetan."
)
GERMAN = (
    "Der Landrat sagte, die Brücke werde für eine Woche gesperrt, weil der Fluss seit dem Morgen steigt. "
    "Wer hinüber will, soll die Fähre von der alten Anlegestelle nehmen."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [(INDONESIAN, "id"), (ENGLISH, "en"), (JAVANESE, "jv"), (GERMAN, "de")],
)
def test_a_language_is_known_by_its_text_whatever_the_page_says(text: str, language: str) -> None:
    for declared in (None, "en-US", "id", "nonsense"):
        assert decide(text, declared) == language


def test_indonesian_is_malay_where_the_page_says_so() -> None:
    assert decide(INDONESIAN, "ms-MY") == "ms"


def test_of_a_short_text_the_page_itself_tells_the_language() -> None:
    assert decide("Banjir di kota", "id-ID") == "id"
    assert decide("Banjir di kota", "in_ID") == "id"
    assert decide("Banjir di kota", None) is None


def test_headlines_in_capitals_are_no_other_language() -> None:
    assert decide(INDONESIAN.upper(), None) == "id"


def test_a_text_without_words_needs_no_frequent_ones() -> None:
    assert decide("12.500 " * 20, None) is not None


@pytest.mark.parametrize(
    ("text", "loaded"), [(INDONESIAN, False), (ENGLISH, False), (GERMAN, True)]
)
def test_the_large_model_is_loaded_for_other_languages_only(text: str, loaded: bool) -> None:
    program = (
        "import sys; from crawler.extraction.language import decide; "
        "decide(sys.argv[1], None); print('py3langid' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, text], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(loaded)
