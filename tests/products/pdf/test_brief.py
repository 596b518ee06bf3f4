"""The SOCA brief of a meeting: six to ten pages, and every figure in it is the content's."""

from __future__ import annotations

import re
from functools import cache

from adme.common.formatting import MINUS
from dissemination.editions.content import ASEAN, Content
from dissemination.editions.stamps import stamp_text
from dissemination.products.brief import brief_of
from dissemination.products.pdf import brief, kpi_book, state_profile

from ..made import rich
from . import reading
from .large import large


@cache
def content() -> Content:
    return large()


@cache
def text() -> str:
    return reading.text(brief.build(content(), stamp_text(content().stamp)))


def _number(shown: str) -> float:
    return float(shown.replace("\u00a0", "").replace(" ", "").replace(MINUS, "-"))


def test_it_has_six_to_ten_pages_with_bookmarks_and_real_charts() -> None:
    whole = reading.reader(brief.build(content(), ""))
    assert 6 <= len(whole.pages) <= 10
    titles = [entry["/Title"] for entry in whole.outline if not isinstance(entry, list)]
    for title in ("At a glance", "B Inclusive", "Key movements", "Gaps", "Replies of Member States", "Methods"):
        assert title in titles
    figures = [alternative for role, alternative in reading.tags(brief.build(content(), "")) if role == "/Figure"]
    assert len(figures) >= 12


def test_every_figure_of_asean_stands_with_unit_period_and_coverage() -> None:
    """The numbers are read from the page again and compared with the content, not with how it was written."""
    seen = 0
    for leaf in content().leaves:
        figure = content().latest(leaf.code, ASEAN)
        head = re.escape(f"{leaf.code} {leaf.title}") + r"(?: \[[^]]+\])? "
        unit = re.escape(leaf.unit)
        if figure is None:
            assert re.search(f"{head}\\.\\. {unit} no rating", text()), leaf.code
            continue
        found = re.search(
            rf"{head}(\S+(?: \d{{3}})*)(?: \[.\])? {unit} (\d{{4}}) 9 of 10 states, 93 % of population", text()
        )
        assert found, leaf.code
        assert figure.value is not None
        assert _number(found.group(1)) == round(figure.value + 1e-9, leaf.decimals), leaf.code
        assert int(found.group(2)) == figure.year
        seen += 1
    assert seen == len({figure.leaf for figure in content().figures})


def test_movements_are_differences_of_the_contents_figures() -> None:
    for row in brief_of(content()).movement_rows:
        series = [figure for figure in content().series(row.leaf.code) if figure.value is not None]
        base = next((figure for figure in series if figure.year == 2016), series[0])
        assert base.value is not None
        assert series[-1].value is not None
        shown = _number(row.change.replace("+", "").replace("pp", ""))
        assert abs(shown - (series[-1].value - base.value)) <= 0.51 * 10**-row.leaf.decimals
        assert f"{row.before} {row.after} {row.change} {row.words}".replace("\u00a0", " ") in text()


def test_ratings_have_a_word_beside_every_shape() -> None:
    told = [rating.label for rating in content().ratings]
    for label in ("on track", "attention", "off track"):
        assert text().count(label) >= told.count(label)


def test_tools_gaps_replies_changes_and_methods_are_there() -> None:
    for part in (
        "Tool 1 in 2025: 12 of 15 bodies reported.", "SOM-ED", ".. not reported", "Participants ..",
        "5 of 46 KPI leaves have no figure", "Needed: A series.", "From: ASEC analysts.",
        "Thailand", "disputed by the state (open): A newer survey gives another figure.", 
        "the state gives another figure (accepted)",
        "Leaves without a reply of Lao PDR are marked [s]; silence is not consent.",
        "12 figures differ from edition 2.", "Source revised its figure: 12.", "On track: the target is met",
        "This brief tells how the framework stands.", "World Bank (2026), series 3.",
    ):  # fmt: skip
        assert part in text(), part


def test_a_withheld_figure_stands_as_w_with_its_reason_and_missing_is_never_zero() -> None:
    content_ = rich()
    withheld = [figure for figure in content_.figures if figure.withheld and content_.latest(figure.leaf) is None]
    parts = {row.leaf.code: row for part in brief_of(content_).characteristics for row in part.rows}
    for figure in withheld:
        assert parts[figure.leaf].value == "w"
        assert any("Withheld" in note for note in parts[figure.leaf].notes)
    for leaf in content_.leaves:
        if not content_.series(leaf.code):
            assert parts[leaf.code].value == ".."


def test_a_state_is_shown_beside_asean_and_the_middle_in_no_order_of_merit() -> None:
    told = reading.text(state_profile.build(content(), "", state="VNM"))
    leaf = next(one for one in content().leaves if content().latest(one.code, "VNM") and one.unit.startswith("%"))
    own, regional = content().latest(leaf.code, "VNM"), content().latest(leaf.code)
    assert own is not None
    assert regional is not None
    assert f"{own.value:.1f} {leaf.unit}, {own.year} {regional.value:.1f} ({regional.year}) median" in told
    assert not re.search(r"\brank|best|worst|\b\d+(st|nd|rd|th) of\b", told.lower())


def test_a_dispute_stands_beside_the_figure_it_is_about() -> None:
    told = reading.text(state_profile.build(rich(), "", state="IDN"))
    assert "[!]" in told
    assert "Another survey says 41." in told
    assert "5a: [!] Disputed by Indonesia." in reading.text(brief.build(rich(), ""))
    assert "52.0 [!] % of population" in reading.text(brief.build(rich(), ""))


def test_a_yes_or_no_of_a_state_is_a_word() -> None:
    from dataclasses import replace

    plain = rich()
    counted = replace(plain.leaves[0], unit="Member States", decimals=0)
    figures = tuple(
        replace(one, value=1.0) if one.leaf == counted.code and one.area == "IDN" and one.value is not None else one
        for one in plain.figures
    )
    told = reading.text(
        state_profile.build(replace(plain, leaves=(counted, *plain.leaves[1:]), figures=figures), "", state="IDN")
    )
    assert re.search(r"\byes\b", told)


def test_the_book_has_every_leaf_with_recipe_hash_and_a_link_to_its_passport() -> None:
    plain = content()
    book = kpi_book.build(plain, "")
    told = reading.text(book)
    links = {
        str(note.get_object()["/A"]["/URI"])
        for page in reading.reader(book).pages
        for note in page.get("/Annots") or ()
        if "/A" in note.get_object()
    }
    for leaf in plain.leaves:
        assert f"KPI {leaf.code}: {leaf.title}" in told
        figure = plain.latest(leaf.code)
        if figure:
            assert any(f"/{leaf.code}/" in link and f"area=ASEAN&period={figure.year}" in link for link in links), (
                leaf.code
            )
    assert "abababababab" in told
    assert "provisional title" in told
    assert "topic-known title" in told
