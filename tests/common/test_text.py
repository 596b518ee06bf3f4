"""Names that people read as the same fold to the same text; names that differ stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adme.common.text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Côte d\u2019Ivoire", "cote divoire"),
        ("COTE D'IVOIRE", "cote divoire"),
        ("Viet\u00a0Nam", "viet nam"),
        ("Viet\u200b Nam\ufeff", "viet nam"),
        ("Congo, Dem. Rep.", "congo dem rep"),
        ("Trinidad & Tobago", "trinidad and tobago"),
        ("Timor-Leste", "timor leste"),
        ("Åland Islands", "aland islands"),
        ("Ｌａｏ　ＰＤＲ", "lao pdr"),
        ("TÜRKİYE", "turkiye"),
        ("Straße", "strasse"),
        ("", ""),
        ("...", ""),
    ],
)
def test_a_name_is_folded(text, folded):
    assert fold(text) == folded


def test_different_names_stay_different():
    assert len({fold(name) for name in ("Niger", "Nigeria", "Congo, Rep.", "Congo, Dem. Rep.", "Guinea")}) == 5


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_what_is_folded_has_single_blanks_and_none_at_the_ends(text):
    assert " ".join(fold(text).split()) == fold(text)
