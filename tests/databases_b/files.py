"""Small files to import: tidy rows, alone or in a zip with the titles of their indicators."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable

HEADING = ("INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "NOTE")
NEET, URBAN = "SL.UEM.NEET.ZS", "SP.URB.TOTL.IN.ZS"
TITLES = {NEET: "Share of youth not in education, employment or training", URBAN: "Urban population"}


def tidy(rows: Iterable[tuple], heading: tuple[str, ...] = HEADING) -> bytes:
    """CSV text of rows (indicator, area, period, value[, status[, note]]); what is left out is blank."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    for row in rows:
        writer.writerow([*row, *[""] * (len(heading) - len(row))])
    return out.getvalue().encode()


def packed(rows: Iterable[tuple], titles: dict[str, str] | None = None, released: str = "2026-01-31") -> bytes:
    """A zip of the rows and of `series.csv`, which gives each indicator its title and release."""
    facts = [("WB_WDI", code, title, released) for code, title in (TITLES if titles is None else titles).items()]
    rows = [(*row, *[""] * (6 - len(row)), "WB_WDI") for row in rows]
    parts = {
        "data.csv": tidy(rows, (*HEADING, "DATASET")),
        "series.csv": tidy(facts, ("dataset", "indicator", "title", "release_date")),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            # A fixed time, so that the same rows are the same bytes.
            archive.writestr(zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0)), content)
    return out.getvalue()
