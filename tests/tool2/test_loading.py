"""Declarations come from their file faithfully, and a second load changes nothing."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from databases_a.tool2.loading import is_partial_date, leads_of, load_declarations
from databases_a.tool2.models import Clause, Declaration

pytestmark = pytest.mark.django_db
FILE = settings.BASE_DIR / "fixtures" / "reference" / "declarations.csv"


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def folder(reference_data, tmp_path: Path) -> Path:
    for name in ("reference", "tool2"):
        shutil.copytree(settings.BASE_DIR / "fixtures" / name, tmp_path / name)
    return tmp_path / "reference"


def edit(folder: Path, code: str, /, **change: str) -> None:
    found = [row | change if row["code"] == code else row for row in rows()]
    with (folder / "declarations.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(found[0]))
        writer.writeheader()
        writer.writerows(found)


def test_all_118_declarations_are_loaded_as_the_file_has_them(reference_data):
    stored = {one.code: one for one in Declaration.objects.all()}
    assert len(stored) == 118
    for row in rows():
        one = stored[row["code"]]
        told = (one.title, one.adopted_on, one.summit, one.place, one.lead_text, one.verification, one.source)
        names = ("title", "adopted_on", "summit", "place", "lead_body", "verification", "source")
        assert told == tuple(row[name] for name in names)


def test_the_marks_of_verification_are_those_of_the_file(reference_data):
    assert Counter(Declaration.objects.values_list("verification", flat=True)) == Counter(
        row["verification"] for row in rows()
    )


def test_a_second_load_changes_nothing(folder):
    assert {change.kind for change in load_declarations(folder, True)} == {"unchanged"}


def test_dates_stay_as_exact_as_the_source(reference_data):
    kept = dict(Declaration.objects.values_list("code", "adopted_on"))
    assert kept["melaka-declaration-cultural-heritage-value-creation-2025"] == "2025"
    assert kept["enabling-masterplan-2025-mainstreaming-rights-persons-2018"] == "2018-11"
    assert set(Declaration.objects.filter(adopted_on="2025").values_list("adopted_year", flat=True)) == {2025}


@pytest.mark.parametrize("text", ["2025", "2020-11", "2020-02-29"])
def test_a_date_may_be_partial(text):
    assert is_partial_date(text)


@pytest.mark.parametrize(
    "text", ["", "25", "2021-02-29", "2020-13", "2020-1", "Nov 2020", "2020-11-", "20\u0662\u0665"]
)
def test_what_is_no_date_is_refused(text):
    assert not is_partial_date(text)


def test_several_leads_are_parted_and_a_cross_pillar_note_is_no_body():
    assert leads_of("SOMSWD; ACW") == ("SOMSWD", "ACW")
    assert leads_of("SOCA (cross-pillar)") == ("SOCA",)
    assert leads_of("(cross-pillar, not ASCC-led)") == ()


def test_a_declaration_led_by_soca_has_no_sectoral_lead_but_keeps_the_text(reference_data):
    one = Declaration.objects.get(code="kuala-lumpur-declaration-2045-our-shared-future-2025")
    assert (one.lead_text, one.is_cross_pillar, one.lead_bodies.count()) == ("SOCA (cross-pillar)", True, 0)
    two = Declaration.objects.get(code="declaration-gender-equality-family-development-2023")
    assert set(two.lead_bodies.values_list("code", flat=True)) == {"SOMSWD", "ACW"}


def test_a_corrected_title_keeps_the_declaration_and_its_clauses(folder):
    code = "declaration-plastic-circularity-2024"
    held = Declaration.objects.get(code=code)
    Clause.objects.create(declaration=held, number="1", commitment="Something.")
    edit(folder, code, title="ASEAN Declaration on Plastic Circularity (corrected)")

    changes = [change for change in load_declarations(folder, True) if change.kind != "unchanged"]

    assert [(change.kind, change.key) for change in changes] == [("changed", code)]
    held.refresh_from_db()
    assert held.title.endswith("(corrected)")
    assert held.clauses.count() == 1


def test_a_declaration_that_left_the_file_is_retired_not_deleted(folder):
    code = "declaration-plastic-circularity-2024"
    found = [row for row in rows() if row["code"] != code]
    with (folder / "declarations.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    load_declarations(folder, True)
    assert Declaration.objects.get(code=code).is_retired


@pytest.mark.parametrize(
    ("column", "text"), [("type", "treaty"), ("adopted_on", "2025-02-30"), ("verification", "sure"), ("code", "a b")]
)
def test_a_bad_cell_names_its_place_and_nothing_is_written(folder, column, text, capsys):
    edit(folder, "declaration-plastic-circularity-2024", **{column: text})
    with pytest.raises(CommandError):
        call_command("load_reference", apply=True, directory=folder)
    assert f"column {column}" in capsys.readouterr().out
    assert Declaration.objects.filter(code="declaration-plastic-circularity-2024", retired_at=None).exists()


def test_links_between_declarations_come_with_the_files(reference_data):
    one = Declaration.objects.get(code="declaration-elimination-violence-against-women-elimination-2013")
    assert one.plans_of_action.count() == 2
    newest = Declaration.objects.get(code="joint-statement-climate-change-cop-30-unfccc-2025")
    assert newest.predecessor.code == "joint-statement-climate-change-cop-29-unfccc-2024"


def test_a_link_that_a_person_added_stays_after_a_load(folder):
    one = Declaration.objects.get(code="declaration-plastic-circularity-2024")
    other = Declaration.objects.get(code="bangkok-declaration-combating-marine-debris-region-2019")
    Declaration.objects.filter(pk=one.pk).update(predecessor=other)
    load_declarations(folder, True)
    one.refresh_from_db()
    assert one.predecessor == other
