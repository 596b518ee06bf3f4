"""What several journeys do in the same way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import expect

SAMPLES = Path(settings.BASE_DIR) / "fixtures" / "samples"
AXE = (Path(settings.BASE_DIR) / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
GRAVE = """() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
    .filter(each => ['serious', 'critical'].includes(each.impact))
    .map(each => each.id + ' ' + each.nodes.map(node => node.target).slice(0, 4).join(', ')))"""
PATIENCE = 30_000  # milliseconds; a loaded machine, not a slow product


def send(page: Any, file: Any) -> None:
    """Upload through the form, as a person does; `file` is a path or {name, mimeType, buffer}."""
    page.goto("/imports/new/")
    page.set_input_files("input[type=file]", file)
    page.click("#import-submit")


def figure(page: Any, leaf: str, area: str, year: str) -> str | None:
    """What the table of a leaf page shows for a state and a year, or None where there is no figure."""
    page.goto(f"/dashboards/kpis/{leaf}/")
    link = page.locator(f'#values a[href*="area={area}"][href*="period={year}"]')
    return link.inner_text() if link.count() else None


def wait_for_kpi_job(page: Any) -> None:
    """The newest computation of KPI values has ended well."""
    page.goto("/jobs/")
    page.locator("main tbody a", has_text="Compute KPI values").first.click()
    expect(page.locator("#job-live")).to_contain_text("Succeeded", timeout=PATIENCE)


def barriers(page: Any) -> list[str]:
    """What on this page keeps somebody out, by axe: only what is serious or critical."""
    page.evaluate(AXE)
    return page.evaluate(GRAVE)


def audited(page: Any, action: str) -> Any:
    """The newest event of this kind on the audit page, for an administrator."""
    page.goto(f"/audit/?action={action}")
    return page.locator("main tbody tr").first
