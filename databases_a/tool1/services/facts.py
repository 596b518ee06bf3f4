"""Publication: what a handed-in report said becomes facts. Earlier facts are closed, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adme.common.rows import insert_rows
from adme.common.text import fold
from adme.observations.periods import TimePeriod
from adme.observations.services import bump_data_version
from adme.observations.signals import series_changed
from adme.reporting import vocabularies
from adme.reporting.fields import Kind, Values, stored_form
from adme.reporting.models import Obligation, Publication
from adme.reporting.vocabularies import Vocabulary

from ..fields import CATALOGUE, TAGGED
from ..models import Activity, ActivityFact, FactTag, Stand
from ..selectors.working import framework_of, uuids

BATCH = 500
ALL_SERIES = frozenset({"TOOL1:*"})
COLUMNS = (
    "activity_type",
    "frequency",
    "status",
    "percent_complete",
    "starts_on",
    "ends_on",
    "participants_female",
    "participants_male",
    "participants_unknown",
)
_IN_TEXT = (
    "number",
    "title",
    "description",
    "expected_output",
    "expected_outcome",
    "achieved",
    "outputs",
    "remarks",
    "explanation",
)


def publish(obligation: Obligation, publication: Publication, records: list[dict[str, Any]], *, standing: str) -> None:
    close(obligation, publication, list(Stand) if standing == Stand.APPROVED else [standing])
    words = vocabularies.load(CATALOGUE.vocabularies, framework_of(obligation))
    activities = {
        str(one.public_id): one for one in Activity.objects.filter(public_id__in=uuids([one["key"] for one in records]))
    }
    facts = [
        _fact(obligation, publication, activities[one["key"]], one, standing, words)
        for one in records
        if one["key"] in activities
    ]
    facts = ActivityFact.objects.bulk_create(facts, batch_size=BATCH)
    insert_rows(FactTag, ("fact", "kind", "code"), (row for fact in facts for row in _tags(fact)))
    if standing == Stand.APPROVED:
        tell(obligation, publication)


def withdraw(obligation: Obligation, publication: Publication, *, standing: str) -> None:
    if close(obligation, publication, [standing]) and standing == Stand.APPROVED:
        tell(obligation, publication)


def close(obligation: Obligation, publication: Publication, standings: Sequence[str]) -> int:
    return (
        ActivityFact.objects.current()
        .filter(obligation=obligation, standing__in=standings)
        .update(closed_by=publication, closed_at=publication.at)
    )


def tell(obligation: Obligation, publication: Publication) -> None:
    """Approved facts changed: pages are made anew, and KPIs that count activities are computed again."""
    bump_data_version()
    trigger = f"Tool 1 report of {obligation.reporter_label} for {obligation.round.period_label}"
    series_changed.send(sender=ActivityFact, codes=ALL_SERIES, trigger=trigger, actor=publication.revision.by.email)


def _fact(
    obligation: Obligation,
    publication: Publication,
    activity: Activity,
    record: Mapping[str, Any],
    standing: str,
    words: Mapping[str, Vocabulary],
) -> ActivityFact:
    values: Values = record["values"]
    evidence = list(record.get("evidence") or [])
    fields = CATALOGUE.by_name
    columns = {name: stored_form(fields[name], values.get(name, fields[name].empty)) for name in COLUMNS}
    return ActivityFact(
        activity=activity,
        obligation=obligation,
        revision_id=publication.revision_id,
        standing=standing,
        body_id=activity.body_id,
        period=obligation.round.period,
        year=TimePeriod.from_key(obligation.round.period).year,
        title=values.get("title") or record["title"],
        outcome_documents=sum(item["kind"] == "outcome_document" for item in values.get("outputs") or []),
        evidence_count=len(evidence),
        content={**values, "work_plan": record.get("group", ""), "evidence": evidence},
        search_text=search_text(values, obligation.reporter_label, words),
        opened_by=publication,
        opened_at=publication.at,
        is_demonstration=activity.is_demonstration or obligation.is_demonstration,
        **columns,
    )


def search_text(values: Values, reporter: str, words: Mapping[str, Vocabulary]) -> str:
    """Everything a person may search by, texts and the titles behind the codes, folded as the searched words are."""
    parts = []
    for name in _IN_TEXT:
        value = values.get(name)
        parts += [item["title"] for item in value] if isinstance(value, list) else [value or ""]
    parts.append(reporter)
    for one in CATALOGUE.fields:
        given = values.get(one.name)
        if one.kind in {Kind.CODE, Kind.CODES} and given:
            codes = given if isinstance(given, list) else [given]
            parts += [words[one.vocabulary].label(code) for code in codes]
    return fold(" ".join(parts))


def _tags(fact: ActivityFact) -> list[tuple[int, str, str]]:
    return [(fact.pk, kind, code) for kind in TAGGED for code in dict.fromkeys(fact.content.get(kind) or [])]
