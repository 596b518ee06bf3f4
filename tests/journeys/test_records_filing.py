"""Records in a browser: template, errors, mending, a decision, return, approval, and the figures compiled from them."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from .acts import PATIENCE, barriers
from .test_reporting_journey import XLSX, act

pytestmark = pytest.mark.browser
SET = "Women in decision-making posts of government of Viet Nam"
COUNTS = "Persons trained in media and information literacy of Viet Nam"
STATISTIC = "/database-c/statistics/WOMEN_POSTS_SHARE/"


def report_of(page: Any, title: str) -> str:
    """Address of the own report that holds nothing yet."""
    page.goto("/my-work/")
    link = page.locator("main a[href^='/reports/']", has_text=title).first
    return str(link.get_attribute("href")).split("?")[0]


def filled(template: bytes, *records: dict[str, Any]) -> bytes:
    """The template as an officer fills it in, below its example."""
    book = load_workbook(BytesIO(template))
    sheet = book["Records"]
    places = {cell.value: cell.column for cell in sheet[1] if cell.value}
    first = next(row[0].row for row in sheet.iter_rows() if str(row[0].value or "").startswith("#example")) + 1
    for row, record in enumerate(records, start=first):
        for name, value in record.items():
            sheet.cell(row, places[name]).value = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(page: Any, address: str, content: bytes, name: str) -> None:
    page.goto(f"{address}submission/")
    page.set_input_files("#id_file", {"name": name, "mimeType": XLSX, "buffer": content})
    page.click("#import-submit")
    expect(page.locator(".record-file")).to_have_count(0, timeout=PATIENCE)  # read, and the page has loaded itself anew


def use(page: Any) -> None:
    page.click("#use-version")
    expect(page.locator(".report-answer .verdict")).to_be_visible()


def decide(page: Any, reason: str) -> None:
    page.check("[data-tick-all]")
    page.check("[name=decision][value=confirmed]")
    page.fill("#decide-reason", reason)
    page.get_by_role("button", name="Decide on the ticked ones").click()
    expect(page.locator("#worklist")).to_contain_text("No warning waits for a decision")


def test_records_are_mended_decided_on_returned_approved_and_counted(open_as):
    focal, analyst = open_as("vietnam"), open_as("analyst")
    address = report_of(focal, SET)
    focal.goto(f"{address}submission/")
    expect(focal.locator("main")).to_contain_text("The report holds no records yet")
    assert barriers(focal) == []
    template = focal.request.get(f"{address}submission/template.xlsx").body()
    minister = {"post": "Minister", "sector": "Social", "women": 2, "men": 1}
    director = {"post": "Director", "sector": "Social", "women": 30, "men": 30, "posts": 60}

    send(focal, address, filled(template, {**minister, "posts": 4}, director), "first.xlsx")
    expect(focal.locator("main")).to_contain_text("Version 1 was rejected")
    focal.get_by_role("link", name="See what to mend").click()
    expect(focal.locator("#findings")).to_contain_text("Women and men add up to the filled posts")
    assert barriers(focal) == []
    errors = focal.request.get(f"{address}submission/1/findings.xlsx").body()
    assert "Women and men" in str([[cell.value for cell in row] for row in load_workbook(BytesIO(errors)).active])

    send(focal, address, filled(template, {**minister, "posts": 3}, director), "second.xlsx")
    expect(focal.locator("main")).to_contain_text("Accepted with warnings")
    use(focal)
    assert barriers(focal) == []
    decide(focal, "The government has three ministers for social affairs.")
    act(focal, address, "submit")

    act(analyst, address, "return", reason="The directors of the economic sector are missing.")
    more = {**director, "sector": "Economic", "women": 10, "men": 30, "posts": 40}
    send(focal, address, filled(template, {**minister, "posts": 3}, director, more), "third.xlsx")
    use(focal)
    # The ministers were decided on before; the directors are another number now, so that is asked again.
    expect(focal.locator("#worklist")).to_contain_text("100 now")
    expect(focal.locator("#worklist")).not_to_contain_text("Check the number of ministers")
    decide(focal, "The economic sector is in the file now, the others follow next year.")
    act(focal, address, "submit")
    stranger = open_as("indonesia")
    assert stranger.request.get(f"{address}submission/").status == 404
    assert stranger.request.get(f"{address}submission/3/rows.csv").status == 404
    act(analyst, address, "approve")

    expect_figure(analyst, "40.8")  # 42 women of 103 posts


def expect_figure(page: Any, figure: str) -> None:
    """The statistic shows it once the job has compiled it."""
    for _ in range(30):
        page.goto(STATISTIC)
        if re.search(rf"\b{re.escape(figure)}\b", page.inner_text("main")):
            return
        page.wait_for_timeout(1000)
    pytest.fail(page.inner_text("main"))


def test_counts_are_typed_kept_over_a_lost_page_and_put_into_the_report(open_as, width):
    focal = open_as("indonesia" if width < 600 else "vietnam", width)
    name = COUNTS if width >= 600 else COUNTS.replace("Viet Nam", "Indonesia")
    address = report_of(focal, name)
    focal.goto(f"{address}submission/form/")
    assert barriers(focal) == []
    cells = focal.locator("input[data-column=persons]")
    cells.nth(0).click()
    focal.keyboard.type("12")
    focal.keyboard.press("Enter")
    focal.keyboard.type("x")
    expect(focal.locator("[data-draft-state]")).to_contain_text("Kept in this browser")
    focal.goto("/my-work/")
    focal.goto(f"{address}submission/form/")
    expect(cells.nth(0)).to_have_value("12")
    focal.get_by_role("button", name="Check and put into the report").click()
    expect(focal.locator("#form-refusal")).to_be_visible(timeout=PATIENCE)
    expect(cells.nth(1)).to_have_value("x")
    cells.nth(1).fill("0")
    focal.get_by_role("button", name="Check and put into the report").click()
    expect(focal.locator(".report-answer .verdict")).to_be_visible(timeout=PATIENCE)
    focal.goto(f"{address}submission/form/")
    expect(cells.nth(1)).to_have_value("0")
    expect(focal.locator("[data-draft-state]")).to_be_empty()
