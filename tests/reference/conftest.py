"""A folder of reference files that a test may change, and the command run on it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command


class Folder:
    """Copies of the real files, edited by hand or row by row, and loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, file: str) -> list[dict[str, str]]:
        with (self.path / file).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def write(self, file: str, rows: list[dict[str, str]]) -> None:
        with (self.path / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def edit(self, file: str, change: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
        """Each row as `change` returns it; None takes the row out."""
        self.write(file, [row for row in map(change, self.rows(file)) if row is not None])

    def load(self, *, apply: bool = True, verbosity: int = 1) -> str:
        out = StringIO()
        call_command("load_reference", apply=apply, directory=self.path, stdout=out, verbosity=verbosity)
        return out.getvalue()

    def load_as_json(self, *, apply: bool = True) -> dict[str, Any]:
        out = StringIO()
        call_command("load_reference", apply=apply, json=True, directory=self.path, stdout=out)
        return json.loads(out.getvalue())


@pytest.fixture
def folder(reference_data: None, tmp_path: Path) -> Folder:
    path = tmp_path / "fixtures" / "reference"
    shutil.copytree(settings.BASE_DIR / "fixtures" / "reference", path)
    shutil.copytree(settings.BASE_DIR / "fixtures" / "rfmd", tmp_path / "fixtures" / "rfmd")
    return Folder(path)
