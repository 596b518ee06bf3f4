"""Pages of record sets: who sees them, and that columns and rules are edited with plain forms."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adme.accounts.models import Role
from adme.jobs.models import Job
from databases_c.models import Recheck, RecordSet, SetVersion
from databases_c.services import sets
from tests.records.factories import WARN, make_report, make_set, make_statistic, make_version, send

pytestmark = pytest.mark.django_db
READERS = [Role.ME_OFFICER, Role.FOCAL_POINT, Role.SOCA_MEMBER, Role.ADMINISTRATOR, Role.ANALYST]
WRITES = (
    "record_set_edit",
    "record_set_version_edit",
    "record_set_version_compare",
    "record_set_recheck",
    "record_set_expected",
)
POSTS = ("record_set_retire", "record_set_version_adopt", "record_set_version_discard")


@pytest.fixture
def analyst(client_as) -> Client:
    return client_as(Role.ANALYST)


def text(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def fields(response: Any) -> dict[str, Any]:
    """What the browser would send of the editor, as the page shows it."""
    forms = response.context["forms"]
    found: dict[str, Any] = {
        "seen": response.context["seen"],
        "columns_count": len(forms.columns),
        "rules_count": len(forms.rules),
        "most_refused": forms.whole["most_refused"].value(),
    }
    for form in (*forms.columns, *forms.rules):
        for field in form:
            value = field.value()
            if value is not None and value is not False and value != "":
                found[field.html_name] = "on" if value is True else value
    return found


def edit(client: Client, held: RecordSet, do: str = "save", **change: Any) -> Any:
    url = reverse("record_set_version_edit", args=[held.code])
    given = fields(client.get(url)) | {"do": do} | change
    return client.post(url, {name: value for name, value in given.items() if value is not None})


@pytest.mark.parametrize("role", READERS)
def test_everybody_who_reads_reports_sees_what_is_asked(client_as, role):
    make_set("held", title="Held set")
    client = client_as(role)
    assert "Held set" in text(client.get(reverse("record_sets")))
    page = text(client.get(reverse("record_set", args=["held"])))
    assert "Persons trained" in page or "Province" in page
    assert ("Change columns and rules" in page) is (role == Role.ANALYST)


@pytest.mark.parametrize("role", READERS[:-1])
def test_others_than_analysts_change_nothing(client_as, role):
    held = make_set("held")
    make_version(held, in_force=False)
    client = client_as(role)
    assert client.get(reverse("record_set_new")).status_code == 403
    for name in WRITES:
        assert client.get(reverse(name, args=["held"])).status_code == 403, name
    for name in POSTS:
        assert client.post(reverse(name, args=["held"])).status_code == 403, name
    assert "draft" not in text(client.get(reverse("record_set", args=["held"]))).casefold()
    assert client.get(reverse("record_set", args=["held"]), {"version": "2"}).status_code == 404


def test_nobody_without_a_login(client, reference_data):
    assert client.get(reverse("record_sets")).status_code == 302


def test_the_navigation_leads_to_the_sets(analyst):
    groups = {one["title"]: one["items"] for one in analyst.get(reverse("record_sets")).context["navigation"]}
    assert "Record sets" in [one["title"] for one in groups["Database C"]]


def test_the_list_is_filtered_and_costs_the_same_for_more_sets(analyst):
    url = reverse("record_sets")
    assert "Labour inspections" in text(analyst.get(url, {"body": "SLOM"}))
    assert "Museums and their visits" not in text(analyst.get(url, {"body": "SLOM"}))
    assert "No record set fits" in text(analyst.get(url, {"q": "zzz\x00"}))
    with CaptureQueriesContext(
        connection,
    ) as few:
        analyst.get(url)
    for _ in range(5):
        make_set()
    with CaptureQueriesContext(connection) as more:
        analyst.get(url)
    assert len(more) <= len(few)


def test_a_set_tells_its_rules_in_words_and_who_has_sent(analyst):
    held = make_set("held", rules=[WARN])
    make_statistic(held, {"numerator": {"measure": "count"}})
    send(make_report(held, period="2025"))
    page = text(analyst.get(reverse("record_set", args=["held"])))
    assert "Persons is at least 10." in page
    assert "ARBMD:PERSONS_TRAINED" in page
    assert '<th scope="row">2025</th><td class="num">1</td><td class="num">1</td><td class="num">0</td>' in page


def test_codes_in_rules_are_told_in_words(analyst):
    totals = {
        "code": "totals", "kind": "rows_to_total", "level": "error", "instruction": "Check the total.",
        "params": {"column": "persons", "over": "sex", "total_code": "_T", "by": ["province"]},
    }  # fmt: skip
    expected = {
        "code": "usual", "kind": "expected", "level": "warning", "instruction": "Check.",
        "params": {"column": "persons", "by": ["province", "sex"], "bounds": {"N|F": [1, 9]}},
    }  # fmt: skip
    filled = {
        "code": "filled", "kind": "required_if", "level": "error", "instruction": "Fill it.",
        "params": {"column": "persons", "when": "province", "is": ["N", "S"]},
    }  # fmt: skip
    make_set("held", rules=[totals, expected, filled])
    page = text(analyst.get(reverse("record_set", args=["held"])))
    assert "the row where Sex is Total" in page
    assert "is expected within: North, Female: 1 to 9." in page
    assert "Persons is filled where Province is North or South." in page
    assert "_T equals" not in page


def test_codes_of_a_shared_list_stand_beside_the_column_as_those_of_an_own_list_do(analyst):
    make_set("held")
    page = text(analyst.get(reverse("record_set", args=["held"])))
    assert "<code>N</code> North" in page
    assert "<code>F</code> Female" in page


def test_an_unknown_set_or_version_is_not_found(analyst):
    make_set("held")
    assert analyst.get(reverse("record_set", args=["nothing"])).status_code == 404
    assert analyst.get(reverse("record_set", args=["held"]), {"version": "9"}).status_code == 404


def test_a_new_set_is_made_and_goes_on_to_its_columns(analyst):
    given = {
        "title": "Courts", "code": "courts", "body": RecordSet.objects.get(code="clinics").body_id, "kind": "records",
        "unit_of_record": "A court", "population": "All", "custodian": "Ministry of justice", "periodicity": "A",
        "first_period": "2026", "reference_period": "Stock",
    }  # fmt: skip
    refused = analyst.post(reverse("record_set_new"), given | {"first_period": "2026-Q1"})
    assert refused.status_code == 422
    assert "Write the first period as the periodicity asks" in text(refused)
    assert analyst.post(reverse("record_set_new"), given | {"code": "Bad_Code"}).status_code == 422
    made = analyst.post(reverse("record_set_new"), given)
    assert made.url == reverse("record_set_version_edit", args=["courts"])
    assert analyst.get(made.url).status_code == 200


def test_facts_are_changed(analyst):
    held = make_set("held")
    url = reverse("record_set_edit", args=["held"])
    given = {name: value for name, value in analyst.get(url).context["form"].initial.items() if value is not False}
    given["body"] = held.body_id
    assert analyst.post(url, given | {"title": "Renamed"}).status_code == 302
    assert RecordSet.objects.get(pk=held.pk).title == "Renamed"
    assert analyst.post(url, given | {"kind": "records"}).status_code == 422


def test_opening_the_editor_makes_no_draft_and_saving_unchanged_keeps_the_layout(analyst):
    held = RecordSet.objects.get(code="municipal-waste")
    assert sets.draft_of(held) is None
    assert edit(analyst, held).status_code == 302
    assert sets.draft_of(held).layout == held.current.layout


@pytest.mark.parametrize("code", ["women-in-decisions", "labour-inspections", "child-immunisations", "disaster-losses"])
def test_every_kind_of_rule_survives_the_form(analyst, code):
    held = RecordSet.objects.get(code=code)
    assert edit(analyst, held).status_code == 302
    assert sets.draft_of(held).layout == held.current.layout


def test_rows_are_added_moved_and_removed_without_saving(analyst):
    held = make_set(rules=[WARN])
    added = edit(analyst, held, "columns:add")
    assert [one["name"].value() for one in added.context["forms"].columns] == ["province", "sex", "persons", None]
    moved = edit(analyst, held, "columns:up:2")
    assert [one["name"].value() for one in moved.context["forms"].columns] == ["province", "persons", "sex"]
    assert moved.context["opened"] == "columns1"
    removed = edit(analyst, held, "rules:remove:0")
    assert removed.context["forms"].rules == []
    rule = edit(analyst, held, "rules:add", new_kind="unique")
    assert [one.rule_kind for one in rule.context["forms"].rules] == ["range", "unique"]
    for nonsense in ("columns:up:99", "columns:remove:x", "sets:add", "rules:add"):
        assert edit(analyst, held, nonsense, new_kind="spell").status_code == 200
    assert sets.draft_of(held) is None


def test_a_saved_draft_is_compared_and_put_into_force(analyst):
    held = make_set("held", rules=[WARN])
    saved = edit(analyst, held, **{"columns2-label": "People", "columns2-help": "Heads", "rules0-least": "5"})
    compare = text(analyst.get(saved.url))
    assert "<del>Persons</del> <ins>People</ins>" in compare
    assert "<del>People is at least 10.</del> <ins>People is at least 5.</ins>" in compare
    adopt = reverse("record_set_version_adopt", args=["held"])
    seen = analyst.get(saved.url).context["seen"]
    assert analyst.post(adopt, {"seen": seen, "note": ""}).status_code == 422
    assert analyst.post(adopt, {"seen": "other", "note": "Why"}).status_code == 409
    assert analyst.post(adopt, {"seen": seen, "note": "Why"}).status_code == 302
    assert RecordSet.objects.get(code="held").current.number == 2
    assert SetVersion.objects.get(record_set=held, number=1).state == SetVersion.State.SUPERSEDED


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"columns0-name": "Bad Name"}, "Use small letters, digits and _"),
        ({"columns1-name": "province"}, "stands twice"),
        ({"columns0-codes": None}, "a code needs either"),
        ({"columns2-least": "9", "columns2-most": "3"}, "the least is larger than the most"),
        ({"columns2-least": "many"}, "Enter a number"),
        ({"columns2-name": "heads"}, "There is no such column any more"),
        ({"rules0-code": "a b"}, "use small letters"),
        ({"rules0-least": None}, "give the least, the most, or both"),
        ({"most_refused": "200"}, "less than or equal to 100"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_saved(analyst, change, told):
    held = make_set(rules=[WARN])
    refused = edit(analyst, held, **change)
    assert refused.status_code == 422
    assert told.casefold() in text(refused).casefold()
    assert sets.draft_of(held) is None


def test_a_draft_that_somebody_else_changed_is_a_conflict(analyst):
    held = make_set()
    url = reverse("record_set_version_edit", args=[held.code])
    given = fields(analyst.get(url)) | {"do": "save"}
    make_version(held, in_force=False, rules=[WARN])
    refused = analyst.post(url, given)
    assert refused.status_code == 409
    assert "Somebody has changed the draft" in text(refused)


def test_a_draft_is_discarded_and_a_set_retired(analyst):
    held = make_set("held")
    make_version(held, in_force=False)
    analyst.post(reverse("record_set_version_discard", args=["held"]))
    assert sets.draft_of(held) is None
    url = reverse("record_set_retire", args=["held"])
    analyst.post(url, {"reason": ""})
    assert not RecordSet.objects.get(code="held").is_retired
    analyst.post(url, {"reason": "Not kept"})
    assert RecordSet.objects.get(code="held").is_retired
    assert "nobody is asked for it any more" in text(analyst.get(reverse("record_set", args=["held"])))


def test_a_draft_tells_which_statistics_it_would_leave_behind(analyst):
    held = make_set("held")
    make_statistic(held, {"numerator": {"measure": "sum", "column": "persons"}}, title="Trained heads")
    edit(analyst, held, "save", **{"columns2-name": "heads"})
    page = text(analyst.get(reverse("record_set_version_compare", args=["held"])))
    assert "cannot read this layout" in page
    assert "<strong>Trained heads</strong>" in page


def test_files_of_reports_are_offered_for_a_check(analyst):
    held = make_set("held")
    send(make_report(held, period="2025"))
    page = text(analyst.get(reverse("record_set_recheck", args=["held"])))
    assert "Viet Nam" in page
    assert "No file has been checked under version 1 yet" in page
    told = analyst.post(reverse("record_set_recheck", args=["held"]), {"version": "1"}, follow=True)
    assert "Choose at least one submission" in text(told)


def test_a_check_of_old_files_is_queued_and_its_counts_stand_before_and_after(analyst):
    held = make_set("held")
    sent = send(make_report(held, period="2025"))
    version = make_version(held, in_force=False, rules=[WARN])
    url = reverse("record_set_recheck", args=["held"])
    told = analyst.post(url, {"version": "2", "submission": [str(sent.public_id)]}, follow=True)
    assert "The check has begun" in text(told)
    assert Job.objects.filter(name="records.recheck").count() == 1
    counts = {**sent.counts, "refused": 3}
    by_rule = {"few_persons": [0, 7], "required": [2, 2]}
    Recheck.objects.create(submission=sent, version=version, verdict="partly", counts=counts, by_rule=by_rule)
    page = text(analyst.get(url, {"version": "2"}))
    assert "<strong>Partially accepted</strong>" in page
    assert "<code>few_persons</code> 0 → 7" in page
    assert "<code>required</code>" not in page


def test_expected_ranges_say_when_there_is_no_history(analyst):
    make_set("held")
    page = text(analyst.get(reverse("record_set_expected", args=["held"]), {"column": "persons", "by": "sex"}))
    assert "No history yet" in page
