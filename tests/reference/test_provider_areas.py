"""Every area of the real World Bank files is known, by its code and by the name beside it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.conf import settings

from adme.reference.selectors import AreaResolver

FILES = settings.BASE_DIR.parent / "shared" / "data" / "worldbank"
CODE_COLUMNS = ("Country Code", "CountryCode")
NAME_COLUMNS = ("Country Name", "Country", "TableName", "Table Name", "Short Name")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.providers,
    pytest.mark.skipif(not FILES.is_dir(), reason="the providers' files do not stand beside the checkout"),
]


def _areas_of(path: Path) -> set[tuple[str, str]]:
    """Code and name pairs; a preamble before the heading is left out."""
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    starts = [i for i, line in enumerate(lines[:10]) if any(column in line for column in CODE_COLUMNS)]
    if not starts:
        return set()
    found: set[tuple[str, str]] = set()
    for row in csv.DictReader(io.StringIO("".join(lines[starts[0] :]), newline="")):
        code = next((row[column] for column in CODE_COLUMNS if row.get(column)), "")
        if code:
            found.add((code, ""))
            found |= {(code, row[column]) for column in NAME_COLUMNS if row.get(column)}
    return found


def test_every_world_bank_area_is_found_by_code_and_by_name(reference_data):
    resolver = AreaResolver()
    areas = set().union(*(_areas_of(path) for path in FILES.rglob("*.csv")))

    assert len({code for code, _ in areas}) > 250
    wrong = {(code, name) for code, name in areas if resolver.resolve(name or code) != code}
    assert wrong == set()
