"""A member of SOCA gets a document before a meeting, and asks later whether it is still true."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
