"""Which products there are, in which formats, and what may narrow them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class FileState(models.TextChoices):
    WAITING = "waiting", "Being built"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be built"
    REMOVED = "removed", "Removed"


@dataclass(frozen=True, slots=True)
class Product:
    """`needs` is the one parameter without which it cannot be built: '', 'body' or 'state'."""

    key: str
    title: str
    about: str
    formats: tuple[str, ...]
    needs: str = ""


PRODUCTS: dict[str, Product] = {
    one.key: one
    for one in (
        Product("brief", "SOCA brief", "Six to ten pages for a meeting: headlines, ratings, movements, tools, gaps, "
                "methods.", ("pdf", "docx", "pptx")),
        Product("workbook", "Full workbook", "One sheet per Characteristic, all data, metadata and notes, with charts "
                "that can be edited.", ("xlsx",)),
        Product("body-report", "Report of a sectoral body", "Its Key Result Areas, its activities and its reports.",
                ("pdf", "docx"), "body"),
        Product("state-profile", "Profile of a Member State", "Its figures beside ASEAN, its reports, and what it "
                "replied.", ("pdf", "docx"), "state"),
        Product("tool2-matrix", "Tool 2 matrix", "Declarations by Member State: who follows up what.", ("xlsx", "pdf")),
        Product("kpi-book", "KPI book", "Every KPI leaf with definition, recipe, sources and the passport of its "
                "newest figures.", ("pdf",)),
        Product("data", "All figures as tidy data", "One row per figure.", ("csv", "sdmx-csv", "json")),
        Product("all", "Everything", "All of the above with a README and checksums.", ("zip",)),
    )
}  # fmt: skip
