"""The metadata of a statistic as a file: one row, or one JSON object, for each SDMX concept heading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adme.exports.documents import Column, Document

from .models import Statistic
from .pages.statistics import MetadataGroup

SOURCE = "Administrative records of the Member States, Database C"
COLUMNS = (
    Column("CONCEPT", "SDMX concept of the heading"),
    Column("HEADING", "Heading in words"),
    Column("GROUP", "Group of headings"),
    Column("TEXT", "What is said; blank: not recorded"),
    Column("WRITTEN", "'by hand', 'generated' from the record set and the recipe, or blank"),
    Column("WRITTEN_ON", "Day on which a person wrote the text"),
)


def metadata_document(
    statistic: Statistic,
    groups: Sequence[MetadataGroup],
    *,
    version: int,
    address: str,
    extracted_at: datetime,
    is_demonstration: bool,
) -> Document:
    return Document(
        title=f"Metadata of {statistic.title}",
        file_stem=f"{statistic.code.lower()}-metadata",
        columns=COLUMNS,
        rows=[
            (one["concept"], one["heading"], one["group"], one["text"], one["written"], one["written_on"])
            for one in _headings(groups)
        ],
        filters=(("Series", statistic.series_code),),
        metadata=(("Series", statistic.series_code), ("Unit", statistic.unit)),
        notes=(("Headings", "Concepts of the Euro-SDMX Metadata Structure."),),
        source=SOURCE,
        licence="as the sources state",
        extracted_at=extracted_at,
        data_version=version,
        address=address,
        is_demonstration=is_demonstration,
    )


def metadata_json(statistic: Statistic, groups: Sequence[MetadataGroup], document: Document) -> dict[str, Any]:
    """The same for programs: `metadata` holds {concept, heading, group, text, written, written_on}; null is not
    recorded."""
    return {
        "series": statistic.series_code,
        "title": statistic.title,
        "unit": statistic.unit,
        "proposed": statistic.is_proposed,
        "demonstration": document.is_demonstration,
        "source": document.source,
        "extracted_at": f"{document.extracted_at:%Y-%m-%dT%H:%M:%SZ}",
        "data_version": document.data_version,
        "address": document.address,
        "metadata": [{name: value or None for name, value in one.items()} for one in _headings(groups)],
    }


def _headings(groups: Sequence[MetadataGroup]) -> list[dict[str, str]]:
    return [
        {
            "concept": line.heading.code,
            "heading": line.heading.title,
            "group": group.title,
            "text": line.text,
            "written": "by hand" if line.written else "generated" if line.generated else "",
            "written_on": line.written_on.isoformat() if line.written_on else "",
        }
        for group in groups
        for line in group.lines
    ]
