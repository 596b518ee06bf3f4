"""The list 'activity' for other reports: approved activities, named so that a person finds them."""

from __future__ import annotations

from adme.reporting.vocabularies import Vocabulary

from ..models import Activity, ActivityFact


def activity_vocabulary(framework: str) -> Vocabulary:
    """Public id to 'SOMHD 1.2 Title' of every activity that stands in an approved report. Drafts never appear."""
    told = ActivityFact.objects.current().approved().values("activity_id")
    found = Activity.objects.filter(pk__in=told).order_by("body__acronym", "number", "title")
    rows = found.values_list("public_id", "body__acronym", "number", "title")
    return Vocabulary("activity", {str(key): activity_name(body, number, title) for key, body, number, title in rows})


def activity_name(body: str, number: str, title: str) -> str:
    return " ".join(part for part in (body, number, title) if part)
