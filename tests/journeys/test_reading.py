"""Those who read: two clicks to a leaf, filters in the address, tables by keyboard, passports, what is not theirs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .acts import PATIENCE

pytestmark = pytest.mark.browser
WORK_PAGES = ["/imports/", "/imports/new/", "/users/", "/audit/", "/kpis/surveys/", "/kpis/targets/"]


def test_a_soca_member_reaches_a_leaf_from_home_in_two_clicks(open_as, width):
    page = open_as("soca", width)
    page.goto("/dashboards/")

    page.click("#characteristic-E a")
    page.locator("main a", has_text="not in education, employment or training").first.click()

    expect(page).to_have_url(re.compile(r"/dashboards/kpis/31c/$"))
    expect(page.locator("h1")).to_contain_text("not in education")


def test_filters_are_in_the_address_and_survive_a_reload(open_as):
    page = open_as("soca")
    page.goto("/dashboards/kpis/19a/")

    page.locator(".chip", has_text="Viet Nam").click()
    page.select_option("#from", "2016")
    page.select_option("#order", index=1)
    page.locator(".leaf-filters button[type=submit]").click()
    page.wait_for_url("**states=VNM**")
    page.reload()

    assert page.is_checked("input[name=states][value=VNM]")
    assert not page.is_checked("input[name=states][value=THA]")
    assert page.input_value("#from") == "2016"
    years = page.locator("#values tbody th").all_inner_texts()
    assert min(years) == "2016"
    assert f"order={page.input_value('#order')}" in page.url
    page.click(".filter-clear")
    expect(page.locator("input[name=states][value=VNM]")).not_to_be_checked()


@pytest.mark.parametrize("address", ["/dashboards/", "/dashboards/kras/E.3/", "/dashboards/kpis/31b/"])
def test_the_table_behind_every_chart_is_reached_by_keyboard(open_as, address):
    page = open_as("soca")
    page.goto(address)
    figures = page.locator("[data-figure]")
    assert figures.count()

    for figure in figures.all():
        toggle = figure.locator("details.figure-table > summary")
        if not toggle.count():  # its table is the table of all values of this page, or of the card around it
            table = page.locator("#values table, .newest-by-state table").first
            expect(table).to_have_count(1)
            continue
        toggle.focus()
        page.keyboard.press("Enter")
        expect(figure.locator("details.figure-table table")).to_be_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className").startswith("table-frame"), "the table can be scrolled"


def test_a_figure_opens_its_passport_with_source_file_and_vintage(open_as):
    page = open_as("soca")
    page.goto("/dashboards/kpis/31b/")
    link = page.locator('#values a[href*="area=VNM"]').first
    value = link.inner_text()

    link.click()

    expect(page.locator("h1")).to_have_text("Passport of a figure")
    expect(page.locator(".key-figures")).to_contain_text(value)
    row = page.locator(".passport-table tbody tr").first
    expect(row).to_contain_text("Viet Nam")
    expect(row.locator(".passport-file")).to_contain_text("observations")
    assert re.search(r"\d{1,2} \w{3} \d{4}, \d\d:\d\d UTC", row.inner_text()), "since when it is known here"
    assert row.locator("a").count() == 0, "files and indicators are not for this role"
    expect(page.get_by_role("button", name="Recompute and compare")).to_have_count(0)


def test_an_analyst_recomputes_a_figure_and_finds_it_the_same(open_as):
    page = open_as("analyst")
    page.goto("/dashboards/kpis/31b/")
    page.locator('#values a[href*="area=ASEAN"]').first.click()

    page.get_by_role("button", name="Recompute and compare").click()

    expect(page.locator(".alert[role=status]")).to_contain_text("computed", timeout=PATIENCE)
    expect(page.locator(".alert[role=status]")).to_contain_text("Stored")
    expect(page.get_by_role("button", name="Compute and store")).to_have_count(0)


@pytest.mark.parametrize("user", ["soca", "health.officer", "indonesia"])
def test_readers_see_dashboards_and_neither_see_nor_open_pages_of_work(open_as, user):
    page = open_as(user)

    for address in ["/dashboards/", "/dashboards/characteristics/B/", "/dashboards/kpis/6a/"]:
        assert page.goto(address).status == 200
    # All at one moment: the latest edition is loaded into the page and takes the place of a link.
    offered = set(page.locator("nav a, main a").evaluate_all("links => links.map(link => link.getAttribute('href'))"))
    assert not offered.intersection(WORK_PAGES)
    for address in WORK_PAGES:
        assert page.goto(address).status == 403, address
        expect(page.locator("h1")).to_have_text("You may not open this")


@pytest.mark.parametrize(("user", "status"), [("soca", 403), ("health.officer", 200), ("vietnam", 200)])
def test_database_b_is_for_those_who_report_and_not_for_soca_members(open_as, user, status):
    page = open_as(user)

    assert page.goto("/database-b/indicators/").status == status
    assert page.locator("nav a[href='/database-b/indicators/']").count() == (status == 200)


def test_without_a_login_there_is_the_landing_page_and_nothing_else(open_as):
    page = open_as(None)

    assert page.goto("/").status == 200
    assert page.locator("nav a[href^='/dashboards/']").count() == 0
    for address in ["/dashboards/", "/dashboards/kpis/31c/", "/dashboards/kpis/31c/data.csv", "/imports/", "/users/"]:
        page.goto(address)
        assert page.url.split("?")[0].endswith("/accounts/login/"), address
        assert f"next={address}" in page.url


def test_without_scripts_the_figures_stand_in_tables(open_as):
    page = open_as("soca", java_script_enabled=False)

    page.goto("/dashboards/")
    expect(page.locator("section[aria-labelledby=movement] tbody tr").first).to_be_visible()
    page.goto("/dashboards/kpis/31c/")
    figures = page.locator("#values tbody a").all_inner_texts()
    assert len(figures) > 50
    assert all(re.fullmatch(r"[\d.\s]+", text) for text in figures)
    expect(page.locator("noscript, .figure-noscript").first).to_be_attached()
    page.locator("#latest summary, [data-figure] summary").first.click()
    expect(page.locator("[data-figure] details[open] table").first).to_be_visible()
