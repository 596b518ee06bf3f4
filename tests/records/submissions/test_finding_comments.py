"""Comments beside a finding: in the thread of the report, with the place and without values, for who takes part."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from adme.audit.models import AuditEvent
from adme.reporting.errors import BadValues
from adme.reporting.models import Comment, Notice
from databases_c import holding
from databases_c.models import FindingComment
from databases_c.services.findings import comment, place_of
from tests.records import factories as make
from tests.reporting import factories as people

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def held(report, focal):
    return make.send(report, by=focal, warnings=2)


@pytest.fixture
def finding(held):
    return holding.worklist(held).first()


def address(report, finding):
    return reverse("finding", args=[report.public_id, finding.submission.number, finding.pk])


def test_a_comment_stands_in_the_thread_of_the_report_with_the_place_and_no_value(
    held, report, finding, focal, analyst
):
    made = comment(finding=finding, text="Is it a course for trainers?", by=analyst)
    assert made.text == f"{place_of(finding)}: Is it a course for trainers?"
    assert place_of(finding).startswith(f"Version {held.number}, row {finding.row}")
    assert (made.obligation, made.record_key) == (report, str(held.public_id))
    assert FindingComment.objects.get().finding == finding
    assert Notice.objects.filter(user=focal, kind=Notice.Kind.COMMENT).exists()
    assert AuditEvent.objects.filter(action="report.commented", actor=analyst.email).exists()


def test_a_finding_of_a_version_that_the_report_does_not_hold_can_be_talked_about(held, report, finding, focal):
    make.send(report, by=focal)
    finding.submission.refresh_from_db()
    assert not finding.submission.is_current
    assert comment(finding=finding, text="Mended in the new one.", by=focal).record_key == ""


def test_reporter_and_reviewer_talk_on_the_page_and_settle_it(client, held, report, finding, focal, analyst):
    client.force_login(analyst)
    assert client.post(address(report, finding), {"text": "Is it right?"}).status_code == 302
    client.force_login(focal)
    shown = client.get(address(report, finding))
    assert "Is it right?" in shown.content.decode()
    assert shown.context["page"].may_talk
    assert client.post(address(report, finding), {"text": "Yes."}).status_code == 302
    listed = client.get(reverse("submission_version", args=[report.public_id, held.number])).content.decode()
    assert "2 comments" in listed
    first = Comment.objects.order_by("pk").first()
    assert client.post(address(report, finding), {"settle": str(first.pk)}).status_code == 302
    first.refresh_from_db()
    assert first.resolved_by == focal


def test_a_blank_comment_is_refused_and_none_of_another_finding_is_settled(client, held, report, finding, focal):
    with pytest.raises(BadValues):
        comment(finding=finding, text="  ", by=focal)
    assert not Comment.objects.exists()
    client.force_login(focal)
    refused = client.post(address(report, finding), {"text": " "})
    assert refused.status_code == 422
    assert "write something" in refused.content.decode()
    other = holding.worklist(held).exclude(pk=finding.pk).get()
    made = comment(finding=other, text="Here.", by=focal)
    for wrong in (str(made.pk), "x", "9" * 30):
        assert client.post(address(report, finding), {"settle": wrong}).status_code == 404
    made.refresh_from_db()
    assert made.resolved_at is None


def test_others_neither_see_nor_write(client, held, report, finding):
    stranger = people.focal_point("THA")
    with pytest.raises(PermissionDenied):
        comment(finding=finding, text="I?", by=stranger)
    client.force_login(stranger)
    assert client.get(address(report, finding)).status_code == 404
    assert client.post(address(report, finding), {"text": "I?"}).status_code == 404
    assert not Comment.objects.exists()


def test_a_finding_of_another_version_is_not_found(client, held, report, finding, focal):
    newer = make.send(report, by=focal)
    client.force_login(focal)
    wrong = reverse("finding", args=[report.public_id, newer.number, finding.pk])
    assert client.get(wrong).status_code == 404
    assert client.get(address(report, finding)).status_code == 200
