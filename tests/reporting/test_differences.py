"""What differs between two revisions, in words; and the history of one field and one report."""

from __future__ import annotations

import pytest

from adme.reporting.models import Revision
from adme.reporting.selectors.differences import compare
from adme.reporting.selectors.history import changes_of, revisions_of
from adme.reporting.services import records, talk
from adme.reporting.transitions import Act

from . import factories as make
from .factories import act, save, submitted

pytestmark = pytest.mark.usefixtures("reference_data")


def revision(report, number):
    return Revision.objects.select_related("content", "obligation__round").get(obligation=report, number=number)


@pytest.fixture
def versions(report, officer, analyst):
    """A first version of two activities; in the second one is changed, one taken out, one added."""
    kept, gone = submitted(report, officer, count=2)
    act(report, Act.RETURN, analyst, reason="Mend it.")
    save(report, kept, {"status": "completed", "percent_complete": 100, "stakeholders": ["youth", "media"]}, officer)
    talk.add_link(obligation_id=report.pk, record_key=kept, title="Minutes", url="https://example.org/a", by=officer)
    records.remove_record(obligation_id=report.pk, key=gone, by=officer, reason="Of another body.")
    (new,) = make.ready_report(report, officer)
    act(report, Act.SUBMIT, officer)
    return kept, gone, new


def test_records_and_fields_that_differ_are_told_in_words(report, versions):
    kept, gone, new = versions

    found = {one.key: one for one in compare(revision(report, 1), revision(report, 3))}

    assert {key: one.kind for key, one in found.items()} == {kept: "changed", gone: "removed", new: "added"}
    texts = {one.field: (one.label, one.before_text, one.after_text) for one in found[kept].fields}
    assert texts == {
        "status": ("Status", "On-going", "Completed"),
        "percent_complete": ("Percent complete", "40", "100"),
        "stakeholders": ("Stakeholders engaged", "", texts["stakeholders"][2]),
        "evidence": ("Evidence", "", "Minutes (https://example.org/a)"),
    }
    assert "Youth" in texts["stakeholders"][2]
    assert "Media" in texts["stakeholders"][2]
    assert all(not one.before_text for one in found[new].fields)
    assert all(not one.after_text for one in found[gone].fields)


def test_the_same_content_has_no_difference_and_a_first_version_is_all_new(report, versions):
    assert compare(revision(report, 1), revision(report, 2)) == []
    assert {one.kind for one in compare(None, revision(report, 1))} == {"added"}


def test_differences_turn_around(report, versions):
    forth = compare(revision(report, 1), revision(report, 3))
    back = compare(revision(report, 3), revision(report, 1))

    def pairs(found, turned):
        return {
            (one.key, field.field): (field.after_text, field.before_text)
            if turned
            else (field.before_text, field.after_text)
            for one in found
            for field in one.fields
        }

    assert pairs(forth, False) == pairs(back, True)


def test_a_field_that_the_catalogue_no_longer_has_is_still_told(report, versions):
    before, after = revision(report, 1), revision(report, 3)
    for record in after.content.data["records"]:
        record["values"]["old_field"] = "said before"

    fields = {field.label: field.after_text for one in compare(before, after) for field in one.fields}

    assert fields["old_field"] == "said before"


def test_a_comparison_takes_as_many_statements_for_many_records(report, versions, django_assert_max_num_queries):
    before, after = revision(report, 1), revision(report, 3)
    for number in range(200):
        after.content.data["records"].append({**after.content.data["records"][0], "key": str(number)})

    with django_assert_max_num_queries(9):
        assert len(compare(before, after)) == 203


def test_the_history_of_a_field_goes_over_all_periods(report, officer, versions):
    kept = versions[0]
    later = make.make_obligation("SOMHD", period="2026")
    save(later, kept, {"percent_complete": 30}, officer)

    assert [(one.period, one.before_text, one.after_text) for one in changes_of(report, kept, "percent_complete")] == [
        ("2026", "", "30"),
        ("2025", "40", "100"),
        ("2025", "", "40"),
    ]
    assert changes_of(report, versions[1])[0].label == "The activity itself"


def test_the_history_of_a_report_names_what_holds_the_same_content(report, versions):
    assert [(one.revision.number, one.done, one.same_content) for one in revisions_of(report)] == [
        (3, "Submitted", None),
        (2, "Returned", 1),
        (1, "Submitted", None),
    ]
