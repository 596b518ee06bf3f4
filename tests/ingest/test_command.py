"""`import_observations`: a dry run unless --apply, one JSON document with --json, code 1 when the file has errors."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from adme.ingest.models import BatchState, ImportBatch
from databases_b.models import Observation
from tests.databases_b.files import NEET, packed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

ROWS = [(NEET, "IDN", year, str(20 + year % 5)) for year in range(2010, 2025)]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "youth.zip"
    path.write_bytes(packed(ROWS))
    return path


def run(*arguments, **options):
    out = io.StringIO()
    call_command("import_observations", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_a_dry_run_tells_everything_and_writes_nothing(file):
    told = run(file, new_indicators=True)

    assert "15  new" in told
    assert "dry run" in told
    assert not ImportBatch.objects.exists()
    assert not Observation.objects.exists()


def test_apply_stores_and_a_second_run_says_that_nothing_changes(file):
    run(file, new_indicators=True, apply=True)
    assert Observation.objects.count() == 15

    told = json.loads(run(file, apply=True, json=True))

    assert told["counts"]["unchanged"] == 15
    assert (told["counts"]["new"], told["counts"]["opened"]) == (0, 0)
    assert Observation.objects.count() == 15
    assert ImportBatch.objects.first().created_by is None


def test_an_error_ends_with_code_1_and_lists_row_column_seen_and_remedy(file):
    file.write_bytes(packed([*ROWS, (NEET, "Atlantis", 2020, "1"), (NEET, "IDN", 2030, "x")]))
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command("import_observations", str(file), "--new-indicators", "--json", stdout=out)

    document = json.loads(out.getvalue())
    assert document["applied"] is False
    assert {(one["row"], one["seen"]) for one in document["problems"]} >= {(17, "Atlantis")}
    assert all(one["hint"] for one in document["problems"])


def test_a_refused_file_stays_on_record_when_applying_was_asked(file):
    file.write_bytes(packed([(NEET, "Atlantis", 2020, "1")]))

    with pytest.raises(CommandError):
        run(file, apply=True, new_indicators=True)

    assert ImportBatch.objects.get().state == BatchState.REFUSED
    assert not Observation.objects.exists()


def test_options_reach_the_pipeline(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,TITLE\nOWN.ONE,IDN,2020,5,One\n", encoding="utf-8")

    told = json.loads(
        run(path, "--dataset=ASEAN_OWN", "--release-date=2026-02-03", "--format=tidy", new_indicators=True, json=True)
    )

    assert (told["dataset"], told["release_date"], told["format"]) == ("ASEAN_OWN", "2026-02-03", "tidy")
    assert told["new_indicators"] == ["OWN.ONE"]


@pytest.mark.parametrize("arguments", [("nowhere.csv",), ("nowhere.csv", "--format=unheard")])
def test_a_file_or_format_that_does_not_exist_is_refused(arguments):
    with pytest.raises(CommandError):
        run(*arguments)
