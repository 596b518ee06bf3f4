"""Bad reference files: the message names file, line, column, what was seen and what to do; nothing is written."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from adme.audit.models import AuditEvent
from adme.reference.models import CrossPillarIssue

pytestmark = pytest.mark.django_db


def _refused(folder) -> str:
    """The printed problems of a load that must fail and write nothing, whatever else changed in the files."""
    _replace(folder, "cross_pillar_issues.csv", "Marine Debris", "Marine Litter")
    events, out = AuditEvent.objects.count(), StringIO()
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("load_reference", apply=True, directory=folder.path, stdout=out)
    assert CrossPillarIssue.objects.get(number=13).title == "Marine Debris"
    assert AuditEvent.objects.count() == events
    return out.getvalue()


def _replace(folder, file: str, old: str, new: str) -> None:
    path = folder.path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "framework.csv",
            "BP2025,kra,A.1,",
            "BP2020,kra,A.1,",
            "framework.csv, line 8, column framework: seen 'BP2020'; no row of level 'framework' has this code",
        ),
        (
            "framework.csv",
            "Empowered People and Strengthened Institutions,A,",
            "Empowered People and Strengthened Institutions,Z,",
            "framework.csv, line 9, column parent: seen 'Z'; no item of the framework has this code",
        ),
        ("framework.csv", "wording,source", "wording,sauce", "line 1, column source: the column source is missing"),
        (
            "frameworks.csv",
            "2016-01-01",
            "01/01/2016",
            "frameworks.csv, line 2, column starts_on: seen '01/01/2016'; write the date as 2025-10-26",
        ),
        (
            "member_states.csv",
            "2025-10-26",
            "26 October 2025",
            "member_states.csv, line 11, column joined_on: seen '26 October 2025'; write the date as",
        ),
        ("areas.csv", "BRN,BN,096", "BRN,BN,96", "areas.csv, line 2, column m49: seen '96'; Write three digits"),
        (
            "areas.csv",
            "country,UNSD",
            "nation,UNSD",
            "column kind: seen 'nation'; Value 'nation' is not a valid choice",
        ),
        ("areas.csv", "IDN,ID,360", "BRN,ID,360", "line 2 has the same key"),
        ("areas.csv", "IDN,ID,360", "IDN,BN,360", "areas.csv, line 3, column iso2: seen 'BN'; line 2 has the same key"),
        ("area_aliases.csv", "Brunei,", "Malaysia,", "seen 'Malaysia'; this is already a code or the name of MYS"),
        ("area_aliases.csv", "BRN,Brunei,", "XXX,Brunei,", "column area: seen 'XXX'; areas.csv has no area"),
        (
            "area_memberships.csv",
            "COMPARATORS,WLD,,",
            "COMPARATORS,WLD,2020-01-01,2019-01-01",
            "is not after joined_on",
        ),
        ("area_memberships.csv", "COMPARATORS,", "COMPARATOR,", "area_groups.csv has no group with this code"),
        ("codes.csv", "CL_FREQ,A,", "CL_FREK,A,", "code_lists.csv has no list with this code"),
        ("cross_pillar_issues.csv", "\n3,", "\nthree,", "line 4, column no: seen 'three'; write a whole number"),
        ("sectoral_bodies.csv", "Labour,", '"Labour', "the CSV cannot be read from here on"),
        ("sectoral_bodies.csv", "ALMM,Labour,", "ALMM,Labour,,", "line 11: seen"),
        ("sectoral_bodies.csv", "ALMM", "AL\x00MM", "holds a control or replacement character"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place_and_a_remedy(folder, file, old, new, message):
    _replace(folder, file, old, new)
    text = _refused(folder)
    assert message in text


def test_a_wrong_wording_mark_names_the_column_of_the_file(folder):
    _replace(folder, "framework.csv", "BP2025,official", "BP2025,offical")
    assert "column wording: seen 'offical'; Value 'offical' is not a valid choice." in _refused(folder)


def test_an_empty_tier_is_told_under_the_name_the_file_uses(folder):
    _replace(folder, "framework.csv", "BP2025,kra,A.2,", "BP2025,,A.2,")
    assert "framework.csv, line 9, column level" in _refused(folder)


def test_a_too_long_text_is_refused(folder):
    folder.edit("sectoral_bodies.csv", lambda row: row | {"name": "x" * 201} if row["code"] == "SLOM" else row)
    assert "sectoral_bodies.csv, line 11, column name" in _refused(folder)


def test_a_missing_file_is_refused(folder):
    (folder.path / "codes.csv").unlink()
    assert "codes.csv: the file is missing" in _refused(folder)


def test_a_file_in_another_encoding_is_refused_with_its_line(folder):
    path = folder.path / "area_aliases.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1", "replace"))
    assert "the file is not UTF-8; save it as CSV in UTF-8" in _refused(folder)


def test_parents_in_a_circle_are_refused(folder):
    _replace(folder, "framework.csv", "Engages and Benefits the People,BP2025", "Engages and Benefits the People,A.1")
    assert "the parents form a circle" in _refused(folder)


def test_every_problem_of_every_file_is_told_in_one_run(folder):
    _replace(folder, "framework.csv", "B.1,provisional", "B.1,wrong")
    _replace(folder, "framework.csv", "B,official", "B,wrong")
    _replace(folder, "codes.csv", "CL_SEX,F,", "CL_SEKS,F,")
    text = _refused(folder)
    assert text.count("Value 'wrong' is not a valid choice") == 2
    assert "CL_SEKS" in text


def test_loaders_that_build_on_a_refused_file_stay_silent(folder):
    _replace(folder, "framework.csv", "B,official", "B,wrong")
    assert "kpis.csv" not in _refused(folder)


def test_problems_can_be_read_by_a_program(folder):
    _replace(folder, "codes.csv", "CL_FREQ,A,", "CL_FREK,A,")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("load_reference", apply=True, json=True, directory=folder.path, stdout=out)
    document = json.loads(out.getvalue())
    assert document["applied"] is False
    assert document["problems"] == [
        {
            "file": "codes.csv",
            "line": 2,
            "column": "code_list",
            "seen": "CL_FREK",
            "remedy": "code_lists.csv has no list with this code",
        }
    ]
