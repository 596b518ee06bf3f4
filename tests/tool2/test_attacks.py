"""Attacks on reports of states: what a focal point of one body may not do to the records of another."""

from __future__ import annotations

import pytest

from adme.reporting.errors import NoSuchRecord
from adme.reporting.models import Evidence
from adme.reporting.services import talk
from tests.reporting import factories as reporting

from . import factories as make

pytestmark = pytest.mark.usefixtures("reference_data")


def test_a_focal_point_of_one_body_leaves_the_evidence_of_another():
    report = make.national_report()
    health, labour = make.make_clause(make.HEALTH), make.make_clause(make.LABOUR)
    whole = reporting.focal_point("VNM")
    ours = make.add(report, health, whole)
    theirs = make.add(report, labour, whole)
    links = [
        talk.add_link(obligation_id=report.pk, record_key=key, title="Link", url=f"https://example.org/{key}", by=whole)
        for key in (ours, theirs)
    ]
    of_health = reporting.focal_point("VNM", "SOMHD")

    with pytest.raises(NoSuchRecord):
        talk.remove_evidence(evidence_id=links[1].pk, by=of_health)
    talk.remove_evidence(evidence_id=links[0].pk, by=of_health)

    assert [one.record_key for one in Evidence.objects.filter(removed_at__isnull=True)] == [theirs]
