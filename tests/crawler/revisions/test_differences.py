"""The word diff: nothing is lost, and what is shown is what changed."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crawler.revisions.differences import MOST_COMPARED, Op, Stretch, difference

WORDS = st.sampled_from(["tiga", "lima", "orang", "tewas", "di", "Bone", "kata", "warga", "."])
texts = st.lists(st.lists(WORDS, max_size=8).map(" ".join), max_size=6).map("\n\n".join)
any_text = texts | st.text(max_size=60)


def without(op: Op, stretches: tuple[Stretch, ...]) -> str:
    return "".join(one.text for one in stretches if one.op is not op)


@given(any_text, any_text)
def test_both_texts_can_be_put_together_again(old: str, new: str) -> None:
    stretches = difference(old, new)
    assert without(Op.INSERTED, stretches) == old
    assert without(Op.DELETED, stretches) == new
    assert all(one.text for one in stretches)
    assert all(one.op is not other.op for one, other in pairwise(stretches))


@given(any_text)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert all(one.op is Op.SAME for one in difference(text, text))


def test_only_the_words_that_changed_are_shown() -> None:
    assert difference("Tiga orang tewas di Bone.", "Lima orang tewas di Bone.") == (
        Stretch(Op.DELETED, "Tiga"),
        Stretch(Op.INSERTED, "Lima"),
        Stretch(Op.SAME, " orang tewas di Bone."),
    )


def test_words_side_by_side_that_changed_are_one_change() -> None:
    assert [one.text for one in difference("Kata Ani Bee kemarin", "Kata Budi Cee kemarin")] == [
        "Kata ",
        "Ani Bee",
        "Budi Cee",
        " kemarin",
    ]


def test_a_new_paragraph_leaves_the_others_alone() -> None:
    old, new = "Satu.\n\nTiga.", "Satu.\n\nDua.\n\nTiga."
    inserted = [one.text for one in difference(old, new) if one.op is Op.INSERTED]
    assert [text.strip() for text in inserted] == ["Dua."]


def test_texts_too_long_to_be_compared_are_replaced_as_a_whole() -> None:
    words = int(MOST_COMPARED**0.5) + 1
    old, new = "a " * words, "b " * words
    assert [one.op for one in difference(old, new)] == [Op.DELETED, Op.INSERTED]
