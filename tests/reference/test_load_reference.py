"""load_reference: the real files give the known counts; loads are repeatable, all or nothing, and retire."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from adme.audit.models import AuditEvent
from adme.reference.models import (
    Area,
    AreaAlias,
    Code,
    CodeList,
    CrossPillarIssue,
    Framework,
    FrameworkItem,
    SectoralBody,
    Wording,
)

pytestmark = pytest.mark.django_db


def test_the_real_files_hold_the_known_numbers(reference_data):
    tiers = {tier: FrameworkItem.objects.filter(framework__code="BP2025", tier=tier).count() for tier in TIERS}
    assert tiers == TIERS
    assert SectoralBody.objects.count() == 15
    assert CrossPillarIssue.objects.count() == 14
    assert set(CodeList.objects.values_list("code", flat=True)) == LISTS


TIERS = {"characteristic": 5, "kra": 18, "strategic_measure": 97}
# Of series, of Tool 1, of Tool 2, and of the workflow.
LISTS = {
    *("CL_FREQ", "CL_OBS_STATUS", "CL_CONF_STATUS", "CL_SEX", "CL_AGE", "CL_URBANISATION", "CL_UNIT"),
    *("CL_ACTIVITY_TYPE", "CL_ACTIVITY_FREQUENCY", "CL_ACTIVITY_STATUS", "CL_ACTIVITY_TAG", "CL_STAKEHOLDER"),
    *("CL_OUTPUT_KIND", "CL_DIALOGUE_PARTNER", "CL_FUNDING_SOURCE", "CL_CURRENCY", "CL_SDG_TARGET"),
    *("CL_ACTION_TYPE", "CL_POLICY_KIND", "CL_DECLARATION_TYPE"),
    "CL_RETURN_REASON",
}


def test_every_kra_hangs_on_a_characteristic_and_every_measure_on_a_kra(reference_data):
    items = FrameworkItem.objects.filter(framework__code="BP2025").select_related("parent")
    above = {(item.tier, item.parent.tier if item.parent else None) for item in items}
    assert above == {("characteristic", None), ("kra", "characteristic"), ("strategic_measure", "kra")}


def test_a_title_keeps_the_mark_of_how_sure_its_wording_is(reference_data):
    wording = dict(FrameworkItem.objects.filter(framework__code="BP2025").values_list("code", "wording"))
    assert (wording["A"], wording["D.3"], wording["A.1.i"]) == ("official", "reported", "provisional")
    assert set(FrameworkItem.objects.filter(framework__code="SP2035").values_list("wording", flat=True)) == {
        Wording.PROVISIONAL
    }


def test_the_two_plans_follow_one_another(reference_data):
    blueprint, plan = Framework.objects.order_by("starts_on")
    assert (blueprint.code, plan.code) == ("BP2025", "SP2035")
    assert (plan.starts_on - blueprint.ends_on).days == 1


def test_a_second_load_changes_nothing(folder):
    events = AuditEvent.objects.count()

    report = folder.load_as_json()

    assert report["changes"] == []
    assert {kind for counts in report["tables"].values() for kind, count in counts.items() if count} == {"unchanged"}
    assert AuditEvent.objects.count() == events


def test_a_dry_run_tells_and_writes_nothing(folder):
    folder.edit("sectoral_bodies.csv", lambda row: row | {"sector": "Work"} if row["code"] == "SLOM" else row)

    text = folder.load(apply=False)

    assert "dry run: nothing written; add --apply" in text
    assert "changed sectoral body SLOM: sector: 'Labour' -> 'Work'" in text
    assert SectoralBody.objects.get(code="SLOM").sector == "Labour"


def test_an_applied_load_writes_and_leaves_one_audit_event(folder):
    folder.edit("sectoral_bodies.csv", lambda row: row | {"sector": "Work"} if row["code"] == "SLOM" else row)

    text = folder.load()

    assert "dry run" not in text
    assert SectoralBody.objects.get(code="SLOM").sector == "Work"
    event = AuditEvent.objects.order_by("-id")[0]
    assert (event.action, event.actor) == ("reference.loaded", "command")
    assert event.before == {"sectoral body:SLOM": {"sector": "Labour"}}
    assert event.after["rows"] == {"sectoral body:SLOM": {"sector": "Work"}}


def test_a_row_that_leaves_the_file_is_retired_and_returns_with_it(folder):
    key = SectoralBody.objects.get(code="SOMY").pk
    rows = folder.rows("sectoral_bodies.csv")
    folder.write("sectoral_bodies.csv", [row for row in rows if row["code"] != "SOMY"])

    assert "retired sectoral body SOMY" in folder.load()
    assert SectoralBody.objects.get(pk=key).is_retired

    folder.write("sectoral_bodies.csv", rows)
    assert "returned sectoral body SOMY" in folder.load()
    assert not SectoralBody.objects.get(pk=key).is_retired


@pytest.mark.parametrize(
    ("file", "column", "value", "model"),
    [
        ("area_aliases.csv", "alias", "Burma", AreaAlias),
        ("codes.csv", "code", "Y15T29", Code),
        ("framework.csv", "code", "E.3.iv", FrameworkItem),
        ("areas.csv", "code", "TUV", Area),
    ],
)
def test_no_table_ever_loses_a_row(folder, file, column, value, model):
    before = model.objects.count()
    rows = [row for row in folder.rows(file) if row[column] != value]
    assert len(rows) < len(folder.rows(file))
    folder.write(file, rows)

    folder.load()

    assert model.objects.count() == before
    assert model.objects.filter(retired_at__isnull=False).count() == 1


def test_a_row_that_a_person_added_is_left_alone(folder):
    AreaAlias.objects.create(area=Area.objects.get(code="MYS"), alias="federation of malaya")

    report = folder.load_as_json()

    assert report["changes"] == []
    assert not AreaAlias.objects.get(alias="federation of malaya").is_retired


def test_an_edit_by_hand_to_a_row_of_the_files_is_listed_before_the_file_wins(folder):
    SectoralBody.objects.filter(code="SLOM").update(name="Labour officials")

    assert "name: 'Labour officials' -> 'Senior Labour Officials Meeting'" in folder.load(apply=False)
    assert SectoralBody.objects.get(code="SLOM").name == "Labour officials"

    folder.load()
    assert SectoralBody.objects.get(code="SLOM").name == "Senior Labour Officials Meeting"


def test_a_row_that_a_person_added_belongs_to_the_files_once_they_hold_it(folder):
    SectoralBody.objects.create(code="NEW", acronym="NEW", name="New body")
    folder.write("sectoral_bodies.csv", [*folder.rows("sectoral_bodies.csv"), dict.fromkeys(COLUMNS, "") | NEW])

    folder.load()

    assert SectoralBody.objects.get(code="NEW").from_file


COLUMNS = ("code", "acronym", "name", "reports_to", "sector", "aliases")
NEW = {"code": "NEW", "acronym": "NEW", "name": "New body"}


def test_an_item_may_move_under_another_parent(folder):
    folder.edit("framework.csv", lambda row: row | {"parent": "B.2"} if row["code"] == "B.1.v" else row)

    text = folder.load()

    assert "changed framework item BP2025 B.1.v: parent: 'BP2025 B.1' -> 'BP2025 B.2'" in text
    assert FrameworkItem.objects.get(framework__code="BP2025", code="B.1.v").parent.code == "B.2"


def test_an_empty_database_is_filled_and_the_dry_run_before_it_knows_all(folder, django_assert_max_num_queries):
    for model in (AreaAlias, Code, CrossPillarIssue):
        model.objects.all().delete()
    assert folder.load_as_json(apply=False)["tables"]["area alias"]["new"] > 100
    assert not AreaAlias.objects.exists()

    with django_assert_max_num_queries(120):
        folder.load()

    assert Code.objects.filter(code_list__code="CL_SEX").count() == 7


def test_each_new_row_is_told_with_more_verbosity(folder):
    CrossPillarIssue.objects.all().delete()
    assert "new cross-pillar issue 1" not in folder.load(apply=False)
    assert "new cross-pillar issue 1\n" in folder.load(apply=False, verbosity=2)


def test_the_json_document_is_all_that_is_printed(folder):
    report = folder.load_as_json(apply=False)
    assert report["applied"] is False
    assert report["tables"]["sectoral body"] == {
        "new": 0,
        "changed": 0,
        "unchanged": 15,
        "retired": 0,
        "returned": 0,
    }


def test_a_folder_that_is_not_there_is_refused(tmp_path, reference_data):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("load_reference", apply=True, directory=tmp_path / "nowhere", stdout=StringIO())
