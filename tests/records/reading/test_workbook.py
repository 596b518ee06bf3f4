"""Templates go out, come back filled in and are read; the error report lists what to mend, and runs nothing."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from adme.ingest.models import BatchState
from databases_c import workbook
from databases_c.models import Verdict
from databases_c.target import read_numbered_rows, read_rows
from tests.records import factories as make

from .through_target import sent, submission_of

pytestmark = pytest.mark.usefixtures("reference_data")
ALL = [
    *make.COLUMNS,
    {"name": "opened", "label": "Opened on", "type": "day", "required": True},
    {"name": "since", "label": "Since", "type": "year"},
    {"name": "cost", "label": "Cost", "type": "number", "unit": "USD", "help": "Without tax."},
    {"name": "closed", "label": "Closed", "type": "yes_no"},
    {"name": "remark", "label": "Remark", "type": "text"},
]
ROWS = [
    ["N", "F", "12", "2025-03-31", "1999", "1250.5", "yes", "=1+1"],
    ["S", "_T", "30", "1900-01-02", "", "", "", "Huế, \n\u201cold\u201d town"],
]


def made(record_set, report, rows=None) -> bytes:
    return workbook.template(record_set, record_set.current, report, rows)


def filled(content: bytes, *rows: list) -> bytes:
    book = load_workbook(BytesIO(content))
    sheet = book["Records"]
    for row in rows:
        sheet.append([None, *row])
    return saved(book)


def saved(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_empty_template_says_that_there_are_no_records(record_set, report, sender) -> None:
    batch = sent(report, made(record_set, report), sender, "records.xlsx")
    assert list(batch.problems.values_list("code", flat=True)) == ["no_rows"]  # the example is not read


def test_template_filled_in_is_read_with_its_rows_as_the_spreadsheet_counts(record_set, report, sender) -> None:
    content = filled(made(record_set, report), ["North", "Female", 12], ["South", "M", 30])
    submission = submission_of(sent(report, content, sender, "records.xlsx"))
    assert (submission.verdict, submission.channel) == (Verdict.ACCEPTED, "xlsx")
    assert list(read_numbered_rows(submission)) == [["6", "N", "F", "12"], ["7", "S", "M", "30"]]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_rows_put_into_a_template_come_back_as_they_were(sender, ending) -> None:
    record_set = make.make_set(columns=ALL)
    report = make.make_report(record_set)
    write = workbook.template if ending == "xlsx" else workbook.csv_template
    content = write(record_set, record_set.current, report, ROWS)
    batch = sent(report, content, sender, f"records.{ending}")
    assert list(read_rows(submission_of(batch))) == ROWS


def test_template_holds_no_formula_and_offers_lists(sender) -> None:
    record_set = make.make_set(columns=ALL, title="=HYPERLINK(1)")
    report = make.make_report(record_set)
    book = load_workbook(BytesIO(made(record_set, report, ROWS)))
    assert [sheet.title for sheet in book] == ["Records", "Columns", "Codes", "_adme"]
    assert book["_adme"].sheet_state == "veryHidden"
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    rules = {str(one.sqref)[:1]: one.type for one in book["Records"].data_validations.dataValidation}
    assert rules == {"B": "list", "C": "list", "D": "whole", "E": "date", "G": "decimal", "H": "list"}
    assert book["Records"].row_dimensions[1].hidden
    text = " ".join(str(cell.value) for row in book["Columns"] for cell in row if cell.value)
    for word in ("Without tax", "in USD", "N: North", "Viet Nam", "2025", "PROPOSED"):
        assert word in text


@pytest.mark.parametrize(
    ("other", "code"), [("period", "wrong_period"), ("state", "wrong_state"), ("set", "wrong_set")]
)
def test_template_of_another_report_is_refused(record_set, report, sender, other, code) -> None:
    if other == "period":
        foreign = make.make_report(record_set, period="2024")
    elif other == "state":
        foreign = make.make_report(record_set, state="LAO")
    else:
        record_set = make.make_set("other")
        foreign = make.make_report(record_set)
    content = filled(made(record_set, foreign), ["North", "Female", 12])
    batch = sent(report, content, sender, "records.xlsx")
    assert (batch.state, [one.code for one in batch.problems.all()]) == (BatchState.REFUSED, [code])


def test_the_hidden_sheet_speaks_where_the_first_row_and_column_are_lost(record_set, report, sender) -> None:
    foreign = make.make_report(record_set, period="2024")
    for change in ("delete_rows", "delete_cols"):
        book = load_workbook(BytesIO(filled(made(record_set, foreign), ["North", "Female", 12])))
        getattr(book["Records"], change)(1)
        batch = sent(report, saved(book), sender, "records.xlsx")
        assert "wrong_period" in [one.code for one in batch.problems.all()], change


def test_lost_first_column_rejects_the_file_for_the_example_must_not_be_read(record_set, report, sender) -> None:
    book = load_workbook(BytesIO(filled(made(record_set, report), ["North", "Female", 12])))
    book["Records"].delete_cols(1)
    batch = sent(report, saved(book), sender, "records.xlsx")
    assert [one.code for one in batch.problems.all()] == ["marks_missing"]


def test_lost_first_row_is_made_up_for_by_the_labels(record_set, report, sender) -> None:
    book = load_workbook(BytesIO(filled(made(record_set, report), ["North", "Female", 12])))
    book["Records"].delete_rows(1)
    submission = submission_of(sent(report, saved(book), sender, "records.xlsx"))
    assert list(read_numbered_rows(submission)) == [["5", "N", "F", "12"]]


def test_rows_copied_from_the_template_into_another_workbook_bring_no_example(record_set, report, sender) -> None:
    book = load_workbook(BytesIO(filled(made(record_set, report), *[["North", "Female", 12], ["South", "M", 9]])))
    copy = Workbook()
    for row in list(book["Records"].values)[3:]:
        copy.active.append(row[1:])
    submission = submission_of(sent(report, saved(copy), sender, "records.xlsx"))
    assert list(read_rows(submission)) == [["N", "F", "12"], ["S", "M", "9"]]


def test_template_of_an_older_layout_is_read_where_it_fits(record_set, report, sender) -> None:
    content = filled(made(record_set, report), ["North", "Female", 12])
    make.make_version(record_set)
    submission = submission_of(sent(report, content, sender, "records.xlsx"))
    assert (submission.verdict, submission.version.number) == (Verdict.ACCEPTED, 2)
    assert submission.findings.get().rule == "wrong_version"

    extra = {"name": "place", "label": "Place", "type": "text", "required": True}
    make.make_version(record_set, columns=[*make.COLUMNS, extra])
    again = submission_of(sent(report, content, sender, "records.xlsx"))
    assert [one.rule for one in again.findings.all()] == ["missing_column", "wrong_version"]


def test_error_report_puts_structure_first_and_runs_nothing(record_set, report, sender) -> None:
    rows = [["N", "F", "=1+1"], ["N", "M", "5"], ["@x", "M", "5"]]
    submission = submission_of(sent(report, make.csv_text(rows), sender))
    submission.findings.create(
        rule="wrong_set", level="error", is_structural=True, seen="other", remedy="Send it there."
    )
    book = load_workbook(BytesIO(workbook.error_report(submission)))
    table = [[cell.value for cell in row][:7] for row in book["Errors"].iter_rows()]
    assert table[1][:2] == ["Error", "file"]
    assert [row[6] for row in table[1:]] == ["wrong_set", "not_a_number", "unknown_code", "few_persons"]
    assert table[2][1:5] == [2, "N, F", "Persons", "=1+1"]
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    facts = {row[0].value: row[1].value for row in book["Submission"].iter_rows()}
    assert (facts["Records read"], facts["Verdict"]) == ("3", "Rejected")


def test_error_report_can_leave_out_what_is_personal(sender) -> None:
    columns = [*make.COLUMNS, {"name": "born", "label": "Born", "type": "day", "is_personal": True}]
    report = make.make_report(make.make_set(columns=columns))
    text = "province,sex,persons,born\nN,F,12,03/04/2001\n"
    submission = submission_of(sent(report, text, sender))
    open_content = load_workbook(BytesIO(workbook.error_report(submission)))["Errors"]
    masked = load_workbook(BytesIO(workbook.error_report(submission, mask_personal=True)))["Errors"]
    assert open_content["E2"].value == "03/04/2001"
    assert masked["E2"].value == "(personal, not shown)"


def test_names_of_files_are_plain(record_set, report) -> None:
    assert workbook.file_name(record_set, report) == "adme_trained_VNM_2025.xlsx"
