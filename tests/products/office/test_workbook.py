"""The workbook holds every figure of the content as a number, and nothing in it runs."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from adme.exports.svg_canvas import measure
from dissemination.editions.content import ASEAN
from dissemination.products.data.tidy_csv import COLUMNS
from dissemination.products.office import tool2_matrix_xlsx, workbook

from ..made import PAYLOADS, SCRIPTS, empty, rich
from .helpers import assert_harmless, assert_stamped, hostile, made, parts

SHEETS = [
    "About",
    *(f"Characteristic {letter}" for letter in "ABCDE"),
    "Data", "Metadata", "Recipes", "Tool 1", "Tool 2", "Tool 2 matrix", "Reports", "Records", "Changes", "Replies",
    "Notes", "Chart data",
]  # fmt: skip


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def texts(sheet: object) -> list[str]:
    return [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return opened(made(workbook, rich()))


def row_of(sheet: object, first: str, *, after: str = "") -> tuple[object, ...]:
    """The row that begins with a text, below a heading."""
    rows = list(sheet.iter_rows(values_only=True))  # type: ignore[attr-defined]
    start = next(at for at, row in enumerate(rows) if row[0] == after) if after else 0
    return next(row for row in rows[start + 1 :] if row[0] == first)


def test_the_sheets_stand_in_their_order(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS


def test_each_figure_is_one_row_of_data_with_its_exact_number() -> None:
    content = rich()

    sheet = opened(made(workbook, content))["Data"]

    head, *rows = sheet.iter_rows(values_only=True)
    assert head == COLUMNS
    at = {name: place for place, name in enumerate(COLUMNS)}
    told = [(row[at["INDICATOR"]], row[at["REF_AREA"]], row[at["TIME_PERIOD"]], row[at["OBS_VALUE"]]) for row in rows]
    wanted = [(one.leaf, one.area, one.period_text, one.value) for one in content.figures]
    assert told == wanted
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:V{len(content.figures) + 1}"


def test_numbers_have_the_decimals_of_their_leaf(book: openpyxl.Workbook) -> None:
    formats = {row[0].value: row[8].number_format for row in book["Data"].iter_rows(min_row=2)}
    assert (formats["5a"], formats["20"], formats["31a"]) == ("#,##0.0", "#,##0", "#,##0.00")


def test_a_sheet_shows_the_newest_figure_with_coverage_rating_and_change(book: openpyxl.Workbook) -> None:
    row = row_of(book["Characteristic B"], "5a", after="Newest figures")

    assert row[4:10] == (52.0, None, "2024", "9 of 10 states", "on track", "55.0 by 2025 (made up)")
    assert row[10:14] == (12.0, "percentage points", "as sought", "2016")
    assert "Disputed by Indonesia" in str(row[14])


def test_a_gap_is_a_sign_and_never_a_zero(book: openpyxl.Workbook) -> None:
    by_year = row_of(book["Characteristic B"], "6", after="ASEAN by year")
    none = row_of(book["Characteristic E"], "32", after="Newest figures")

    assert by_year[4:13] == ("..",) * 7 + (12.5, "w")
    assert none[4] == ".."
    assert 0 not in by_year


def test_who_reported_stands_for_every_year(book: openpyxl.Workbook) -> None:
    reach = row_of(book["Characteristic B"], "6", after="Coverage of the ASEAN figures by year")
    assert reach[11:13] == ("9 of 10 states", "3 of 10 states")


def test_charts_show_the_figures_of_the_content(book: openpyxl.Workbook) -> None:
    content = rich()
    charts = book["Characteristic B"]._charts
    data = book["Chart data"]

    lines = charts[0].series
    by_name = {}
    for line in lines:
        reference = line.val.numRef.f.split("!")[1].replace("$", "")
        by_name[line.tx.v] = [cell.value for column in data[reference] for cell in column]
    wanted = [one.value for one in content.series("5a", ASEAN)]
    assert by_name[ASEAN][: len(wanted)] == wanted
    assert by_name["Thailand"] == [None] * 8 + [0.0, None]
    assert [point.v for point in lines[-1].val.numRef.numCache.pt]  # other readers see the figures too


def test_charts_have_title_unit_and_axes(book: openpyxl.Workbook) -> None:
    chart = book["Characteristic B"]._charts[0]

    title = "".join(run.t for part in chart.title.tx.rich.p for run in part.r or ())
    unit = "".join(run.t for part in chart.y_axis.title.tx.rich.p for run in part.r or ())
    assert title == "5a Share covered by social protection"
    assert unit == "% of population"
    assert len(book["Tool 1"]._charts) == 2


def test_changes_and_replies_stand_with_what_they_say(book: openpyxl.Workbook) -> None:
    change = row_of(book["Changes"], "5a")
    reply = row_of(book["Replies"], "Indonesia", after="All replies")

    assert (change[2], change[4], change[5]) == (ASEAN, 50.0, 50.5)
    assert reply[4:7] == ("disputed by the state", "Another survey says 41.", 38.25)
    assert row_of(book["Replies"], "Thailand", after="All replies")[4] == "no reply by the state"


def test_unreported_counts_are_not_zero(book: openpyxl.Workbook) -> None:
    assert row_of(book["Tool 1"], "ACW")[1:5] == ("..", "..", "..", "not reported")
    assert row_of(book["Tool 1"], "Postponed")[1] == 0


def test_every_sheet_prints_across_with_its_head_and_marks(book: openpyxl.Workbook) -> None:
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage  # as wide as one page, which is what is not said
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
        assert sheet.print_title_rows
        assert "Demonstration data: do not cite" in sheet.oddFooter.left.text
    assert book["Data"].print_title_rows == "$1:$1"


def test_names_lead_to_the_blocks(book: openpyxl.Workbook) -> None:
    names = {name: one.attr_text.replace("'", "") for name, one in book.defined_names.items()}
    figures = len(rich().figures)
    assert names["Figures"] == f"Data!$A$1:$V${figures + 1}"
    assert {"Newest_B", "Years_B", "Coverage_B", "Leaves", "Sources", "T_tool1_status", "Tool2_matrix"} <= set(names)


def test_it_says_what_it_is(book: openpyxl.Workbook) -> None:
    content = rich()
    data = made(workbook, content)
    about, notes = texts(book["About"]), texts(book["Notes"])

    assert_stamped(data, content)
    assert book.properties.creator == "ASEAN Secretariat"
    for told in (about, notes):
        assert content.stamp.citation in told
        assert any(line.startswith("ADME-STAMP edition=3;version=128;") for line in told)
        assert {"..", "w", "pp"} <= set(told)
    assert {"CC BY 4.0", "World Bank"} <= set(about)
    assert {SCRIPTS["THA"], SCRIPTS["KHM"]} <= set(texts(book["Metadata"]))


def test_no_cell_is_a_formula_or_a_link_whatever_the_texts() -> None:
    for content in hostile():
        data = made(workbook, content)
        assert_harmless(data)
        assert_harmless(made(tool2_matrix_xlsx, content))
        kinds = {cell.data_type for sheet in opened(data) for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds


def test_a_text_that_looks_like_a_formula_is_kept_as_text(book: openpyxl.Workbook) -> None:
    assert row_of(book["Characteristic E"], "31a", after="Newest figures")[1] == PAYLOADS[0]
    assert row_of(book["Characteristic E"], "31a", after="Newest figures")[4] == -3.14


def test_a_new_installation_has_all_sheets_and_says_what_is_missing() -> None:
    book = opened(made(workbook, empty()))

    assert book.sheetnames == SHEETS
    assert book["Data"].max_row == 1
    assert "No report is owed yet." in texts(book["Reports"])


@pytest.mark.parametrize("builder", [workbook, tool2_matrix_xlsx])
def test_the_same_content_gives_the_same_bytes(builder: object) -> None:
    assert made(builder, rich()) == made(builder, rich())


def test_the_matrix_has_a_file_of_its_own() -> None:
    content = rich()
    data = made(tool2_matrix_xlsx, content)
    book = opened(data)
    table = content.table("tool2.matrix")

    assert table is not None
    assert book.sheetnames == ["Tool 2 matrix", "Notes"]
    assert row_of(book["Tool 2 matrix"], "decl-2")[:5] == ("decl-2", SCRIPTS["VNM"], 2021, "ACW", 1)
    assert row_of(book["Tool 2 matrix"], "decl-1")[6:10] == (
        "no action",
        "1 (completed)",
        "not reported",
        "not reported",
    )
    assert_stamped(data, content)
    assert "No declaration has clauses" in " ".join(texts(opened(made(tool2_matrix_xlsx, empty()))["Tool 2 matrix"]))


def test_rows_are_high_enough_for_their_text(book: openpyxl.Workbook) -> None:
    sheet = book["Characteristic B"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "5a")
    lines = measure(str(row[14].value), 11) / (62 * 7)
    assert (sheet.row_dimensions[row[0].row].height or 15) >= 12 * int(lines)


def test_a_draft_is_marked_on_every_sheet() -> None:
    content = rich()
    draft = opened(
        made(workbook, rich(stamp=content.stamp.__class__(**{
            **{name: getattr(content.stamp, name) for name in content.stamp.__slots__},
            "edition": "", "is_draft": True, "hash": "", "published_at": None,
        })))
    )  # fmt: skip
    for sheet in draft:
        assert "Draft: not published" in sheet.oddFooter.left.text


def test_the_file_is_small() -> None:
    assert sum(map(len, parts(made(workbook, rich())).values())) < 1_500_000
