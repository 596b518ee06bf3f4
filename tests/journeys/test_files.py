"""A member of SOCA gets a document before a meeting, and asks later whether it is still true."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

pytestmark = pytest.mark.browser
BUILT = 120_000  # milliseconds: the only worker of the demonstration may be at other work


def ask(page: Any, what: str, of: str = "") -> Any:
    """The line of the list that holds the file, once it is ready."""
    page.goto("/files/")
    page.get_by_label("Figures of").select_option(of)
    page.get_by_role("button", name=what, exact=True).click()
    line = page.locator("#own-files tbody tr").first
    line.get_by_role("link").wait_for(timeout=BUILT)
    return line


def saved(page: Any, line: Any, tmp_path: Path) -> Path:
    with page.expect_download() as waiting:
        line.get_by_role("link").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_the_brief_of_today_is_made_downloaded_and_recognised(
    open_as: Callable[..., Any], width: int, tmp_path: Path
) -> None:
    page = open_as("soca", width)

    path = saved(page, ask(page, "PDF of SOCA brief"), tmp_path)

    pages = PdfReader(path).pages
    assert 6 <= len(pages) <= 10
    assert "demonstration" in pages[0].extract_text().lower()
    page.goto("/editions/check/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Look it up").click()
    page.get_by_text("SOCA brief").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_profile_needs_a_state_and_says_so(open_as: Callable[..., Any]) -> None:
    page = open_as("soca")
    page.goto("/files/")

    page.get_by_role("button", name="PDF of Profile of a Member State", exact=True).click()

    assert "needs a Member State" in page.get_by_role("alert").inner_text()


def test_the_latest_edition_is_one_click_from_home(open_as: Callable[..., Any], tmp_path: Path) -> None:
    page = open_as("soca")
    page.goto("/dashboards/")
    latest = page.locator(".latest")
    latest.get_by_role("heading").wait_for()
    latest.get_by_role("link", name="All files").click()
    link = page.locator(".product-list a", has_text="SOCA brief").filter(has_text="PDF").first
    link.wait_for(timeout=BUILT)

    with page.expect_download() as waiting:
        link.click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)

    shown = page.locator(".product-row", has_text="SOCA brief").filter(has_text="PDF").locator(".hash").first
    assert hashlib.sha256(path.read_bytes()).hexdigest() == shown.inner_text()


def edition_figures(page: Any, number: str) -> dict[tuple[str, str, str], float | None]:
    """What the edition holds, by the API: an independent way to the same rows."""
    told, address = {}, f"/api/v1/edition-figures/?edition={number}&page_size=500"
    while address:
        answer = page.request.get(address).json()
        told |= {(row["leaf"], row["area"], row["period"]): row["value"] for row in answer["results"]}
        address = answer["next"]
    return told


def test_brief_and_workbook_of_the_demonstration_edition_hold_the_figures_of_the_edition(
    open_as: Callable[..., Any], tmp_path: Path
) -> None:
    page = open_as("soca")
    page.goto("/files/latest/")
    number = str(page.locator(".latest-title a").get_attribute("href")).strip("/").rpartition("/")[2]
    page.get_by_role("link", name="All files").click()
    kept = {}
    for what in ("SOCA brief, Edition", "Full workbook"):
        link = page.locator(".product-list a", has_text=what).filter(has_text="PDF" if "brief" in what else "XLSX")
        link.first.wait_for(timeout=BUILT)
        with page.expect_download() as waiting:
            link.first.click()
        kept[what] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(kept[what])
    held = edition_figures(page, number)
    assert len(held) > 1000

    book = openpyxl.load_workbook(kept["Full workbook"], read_only=True)
    head, *rows = book["Data"].iter_rows(values_only=True)
    at = {name: place for place, name in enumerate(head)}
    told = {(row[at["INDICATOR"]], row[at["REF_AREA"]], row[at["TIME_PERIOD"]]): row[at["OBS_VALUE"]] for row in rows}
    assert told.keys() == held.keys()
    for key, value in told.items():  # a spreadsheet keeps sixteen digits
        assert value == (None if held[key] is None else pytest.approx(held[key], rel=1e-14, abs=0)), key

    brief = PdfReader(kept["SOCA brief, Edition"])
    text = "\n".join(one.extract_text() for one in brief.pages)
    assert 6 <= len(brief.pages) <= 10
    assert brief.trailer["/Root"]["/MarkInfo"]["/Marked"]
    newest = {leaf: max(key[2] for key in held if key[:2] == (leaf, "ASEAN") and held[key] is not None)
              for leaf in ("19a", "6c", "31c")}  # fmt: skip
    for leaf, period in newest.items():
        assert f"{held[leaf, 'ASEAN', period]:.1f}" in text, (leaf, period)
    assert f"Edition {number}" in text
