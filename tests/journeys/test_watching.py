"""Whoever watches a KPI on its page finds the change under the bell, and nothing more after they stopped."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .acts import PATIENCE, barriers, wait_for_kpi_job

pytestmark = pytest.mark.browser
LEAF = "22"
SOURCE = "Specimen survey of a journey, not a real one"


def enter(analyst, year, value):
    """A survey result of LEAF, which becomes a figure of the KPI."""
    analyst.goto("/kpis/surveys/new/")
    leaf = analyst.locator("select[name=leaf] option", has_text=f"{LEAF}:").first.get_attribute("value")
    analyst.select_option("select[name=leaf]", leaf)
    analyst.select_option("select[name=area]", label="ASEAN")
    analyst.fill("input[name=year]", year)
    analyst.fill("input[name=value]", value)
    analyst.fill("input[name=source]", SOURCE)
    analyst.fill("input[name=sample_size]", "900")
    analyst.get_by_role("button", name="Save the result").click()
    expect(analyst.locator("main tbody")).to_contain_text(value)
    wait_for_kpi_job(analyst)
    analyst.goto("/jobs/")
    analyst.locator("main tbody a", has_text="Tell watchers of run").first.click()
    expect(analyst.locator("#job-live")).to_contain_text("Succeeded", timeout=PATIENCE)


def test_a_watched_kpi_tells_under_the_bell_that_it_changed(open_as):
    reader, analyst = open_as("soca"), open_as("analyst")
    reader.goto(f"/dashboards/kpis/{LEAF}/")
    reader.get_by_role("button", name="Watch").click()
    expect(reader.get_by_role("button", name="Watched")).to_be_visible()

    enter(analyst, "2021", "61.5")

    reader.locator("a.bell").click()
    notice = reader.locator("main", has_text=re.compile(f"watched figures? changed: KPI {LEAF}"))
    expect(notice).to_contain_text("61.5")

    reader.goto("/watched/")
    assert barriers(reader) == []
    reader.goto(f"/dashboards/kpis/{LEAF}/")
    reader.get_by_role("button", name="Watched").click()
    expect(reader.get_by_role("button", name="Watch", exact=True)).to_be_visible()
    reader.goto("/watched/")
    expect(reader.locator("main")).to_contain_text("You watch nothing yet")


def test_without_a_script_a_kpi_is_watched_from_the_list(open_as, width):
    page = open_as("health.officer", width, java_script_enabled=False)
    page.goto("/dashboards/kpis/31c/")
    page.get_by_role("link", name="Watch", exact=True).click()
    expect(page.locator("#add-leaf")).to_have_value("31c")
    page.locator(".watch-add", has=page.locator("#add-leaf")).get_by_role("button", name="Watch").click()
    expect(page.locator(".watch-line")).to_contain_text("KPI 31c")
    page.get_by_role("button", name="Stop watching").click()
    expect(page.locator(".watch-line")).to_have_count(0)
