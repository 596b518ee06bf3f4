"""The main job in a real browser: a file goes in, the KPI changes, the file is taken back; bad files change nothing."""

from __future__ import annotations

import csv
import io
import re
import struct
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from playwright.sync_api import expect

from .acts import PATIENCE, SAMPLES, barriers, figure, send, wait_for_kpi_job
from .conftest import UPLOAD_LIMIT

pytestmark = pytest.mark.browser
UPDATE = SAMPLES / "youth_neet_update.csv"
BEFORE = Path(settings.BASE_DIR) / "fixtures" / "world_bank" / "observations.csv"
NEET = "SL.UEM.NEET.ZS"


def cells(path: Path) -> dict[tuple[str, str, str], str]:
    """Values of a tidy file by indicator, area and period, read without ADME's readers."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["DATASET"] == "WB_WDI" and row["OBS_VALUE"]]
    return {(row["INDICATOR"], row["REF_AREA"], row["TIME_PERIOD"]): row["OBS_VALUE"] for row in rows}


def shown(text: str) -> str:
    return f"{float(text):.1f}"


def count(page, title: str) -> int:
    label = page.locator("#import-counts dt", has_text=re.compile(rf"^{title}$"))
    return int(label.locator("xpath=..").locator(".key-number").inner_text())


def save_of(page, selector: str) -> bytes:
    with page.expect_download() as download:
        page.click(selector)
    return Path(download.value.path()).read_bytes()


def test_a_file_is_compared_approved_seen_in_the_kpi_downloaded_and_taken_back(open_as):
    page = open_as("analyst")
    old, new = cells(BEFORE), cells(UPDATE)
    key, revised = (NEET, "IDN", "2023"), (NEET, "IDN", "2022")
    assert key not in old
    assert figure(page, "31c", "IDN", "2023") is None

    send(page, UPDATE)
    expect(page.locator("#import-approve")).to_be_visible(timeout=PATIENCE)
    assert barriers(page) == []
    assert count(page, "New") == sum(each not in old for each in new)
    assert count(page, "Changed") == sum(each in old and float(old[each]) != float(new[each]) for each in new)
    assert count(page, "Unchanged") == sum(each in old and float(old[each]) == float(new[each]) for each in new)
    assert figure(page, "31c", "IDN", "2023") is None, "nothing is stored before the approval"

    page.go_back()
    page.click("#import-approve")
    expect(page.locator("#import-undo")).to_be_visible(timeout=PATIENCE)
    batch = page.url
    wait_for_kpi_job(page)
    assert figure(page, "31c", "IDN", "2023") == shown(new[key])
    downloads_hold(page, new[key])
    the_revision_is_told(page, old[revised], new[revised])

    page.goto(batch)
    page.click("#import-undo")
    page.fill("textarea[name=reason], input[name=reason]", "The journey takes its file back")
    page.click("#undo-confirm")
    expect(page.locator("main")).to_contain_text("Applied", timeout=PATIENCE)
    wait_for_kpi_job(page)
    assert figure(page, "31c", "IDN", "2023") is None
    assert figure(page, "31c", "IDN", "2022") == shown(old[revised])


def the_revision_is_told(page, before: str, after: str) -> None:
    page.goto(f"/database-b/indicators/WB_WDI/{NEET}/")
    row = page.locator("#revisions tbody tr", has_text="2022").first
    assert [float(row.locator("td").nth(place).inner_text()) for place in (2, 3)] == [float(before), float(after)]
    expect(row).to_contain_text(UPDATE.name)

    indonesia = page.locator("#latest tbody tr", has_text="Indonesia")
    expect(indonesia).to_contain_text("2023")
    page.fill("#as-of", "2020-01-01")
    page.click("#as-of-show")
    expect(page.locator("#as-of-note")).to_contain_text("1 Jan 2020")
    expect(page.locator("#latest tbody tr", has_text="Indonesia")).not_to_contain_text("2023")


def downloads_hold(page, text: str) -> None:
    """CSV, XLSX and the chart's pictures hold the figure, where it comes from, and when it was taken."""
    page.goto("/dashboards/kpis/31c/?states=IDN")
    lines = save_of(page, "#values .file-links a:has-text('CSV')").decode("utf-8-sig").splitlines()
    head = "\n".join(line for line in lines if line.startswith("#"))
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    found = {(row["REF_AREA"], row["TIME_PERIOD"]): row["OBS_VALUE"] for row in rows}
    assert float(found["IDN", "2023"]) == float(text)
    for word in ("NEET", "World Bank", "CC BY 4.0", "IDN", "Extracted"):
        assert word in head, word

    book = openpyxl.load_workbook(io.BytesIO(save_of(page, "#values .file-links a:has-text('XLSX')")))
    assert {"Data", "Metadata", "Notes"} <= set(book.sheetnames)
    assert float(text) in [cell for row in book["Data"].iter_rows(values_only=True) for cell in row]

    page.locator("#trend").scroll_into_view_if_needed()
    page.wait_for_selector("#trend[data-drawn]")
    drawing = save_of(page, "#trend [data-save=svg]").decode("utf-8")
    for word in ("Trend by Member State", "% of youth", "Source: World Bank", "Extracted"):
        assert word in drawing, word
    picture = save_of(page, "#trend [data-save=png]")
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">I", picture[16:20])[0] == 1920


def test_a_file_with_errors_is_refused_with_row_column_what_was_seen_and_what_to_do(open_as):
    page = open_as("analyst")
    before = figure(page, "31c", "THA", "2020")

    send(page, SAMPLES / "sample_with_errors.csv")
    problems = page.locator("#problems-error tbody tr")
    expect(problems.first).to_be_visible(timeout=PATIENCE)

    assert barriers(page) == []
    cells = {row.locator("td").first.inner_text(): row.locator("td").all_inner_texts() for row in problems.all()}
    assert cells["2"][1:3] == ["OBS_VALUE", "about 20"]
    assert "not a number" in cells["2"][3]
    assert "fiscal year" in cells["12"][3]
    assert cells["14"][2] == "Atlantis"
    assert all(row[3].strip() for row in cells.values()), "every problem says what to do"
    assert page.locator("#import-approve").count() == 0
    lines = save_of(page, "#problems a[href$='problems.csv']").decode("utf-8-sig").splitlines()
    assert len(lines) >= len(cells) + 1
    assert figure(page, "31c", "THA", "2020") == before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("wdi.csv", b"<!doctype html><html><body>Please log in</body></html>", r"web page|HTML"),
        ("empty.csv", b"", r"empty"),
        ("cut.zip", b"PK\x03\x04 and then nothing", r"zip|archive|damaged|incomplete"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence_that_helps(open_as, name, content, words):
    page = open_as("analyst")

    send(page, {"name": name, "mimeType": "text/csv", "buffer": content})

    said = page.locator(".field-errors, #problems-error, #import-refusal, #import-job .alert").first
    expect(said).to_contain_text(re.compile(words, re.IGNORECASE), timeout=PATIENCE)
    assert page.locator("#import-approve").count() == 0


def test_a_file_over_the_limit_is_stopped_before_it_is_sent(open_as, tmp_path):
    page = open_as("analyst")
    large = tmp_path / "large.csv"
    large.write_bytes(b"INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\n" + b"x" * (UPLOAD_LIMIT + 1))

    send(page, large)

    expect(page.locator("#import-too-large")).to_be_visible()
    assert page.url.endswith("/imports/new/")


def test_a_file_over_the_limit_gets_a_page_that_helps_without_scripts_too(open_as, tmp_path):
    page = open_as("analyst", java_script_enabled=False)
    large = tmp_path / "large.csv"
    large.write_bytes(b"INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\n" + b"x" * (UPLOAD_LIMIT + 1))

    send(page, large)

    expect(page.locator("#import-refusal")).to_contain_text("larger than 1.9 MB")
