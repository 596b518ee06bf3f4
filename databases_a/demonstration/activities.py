"""Work plans, activities and what was reported of them each year. Pure: the same seed gives the same set.

Subjects stand in fixtures/demonstration/topics.csv; titles, dates and numbers are drawn. Nothing here happened.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

SEED = "ADME demonstration 1"
PLANS = ((2016, 2020), (2021, 2025))
LAST_REPORTED = 2025
NOTE = "Made up for the demonstration; no such activity took place."
STATES = ("BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "VNM")
PARTNERS = ("AU", "CA", "CN", "EU", "IN", "JP", "KR", "NZ", "GB", "US", "UN", "CH")
STAKEHOLDERS = (
    "civil_society",
    "private_sector",
    "academia",
    "youth",
    "local_government",
    "media",
    "international_organisation",
)
SDG_OF_KRA = {
    "A.1": "17.17", "A.2": "16.6", "B.1": "10.2", "B.2": "1.4", "B.3": "16.2", "C.1": "15.1", "C.2": "11.6",
    "C.3": "13.2", "C.4": "12.5", "D.1": "11.5", "D.2": "3.d", "D.3": "13.1", "D.4": "1.3", "D.5": "2.1",
    "D.6": "3.5", "E.1": "4.7", "E.2": "9.5", "E.3": "8.3",
}  # fmt: skip
KPI_OF_KRA = {
    "A.1": "3", "A.2": "4a", "B.3": "8a", "C.1": "9", "C.2": "10", "C.3": "11", "C.4": "12", "D.1": "13a",
    "D.2": "14", "D.3": "15", "D.5": "17a", "D.6": "18", "E.2": "27", "E.3": "31a",
}  # fmt: skip
# (type, how often it is drawn, titles, what it brings as a rule)
KINDS: tuple[tuple[str, int, tuple[str, ...], str], ...] = (
    ("workshop", 30, ("Regional training on {}", "Workshop series on {}"), "training"),
    ("study", 12, ("Regional study of {}", "Assessment of {} in the region"), "publication"),
    ("policy", 8, ("Regional guidelines on {}",), "outcome_document"),
    ("forum", 16, ("Regional forum on {}", "Senior officials' dialogue on {}"), "outcome_document"),
    ("campaign", 8, ("Awareness campaign on {}",), "media"),
    ("exchange", 8, ("Exchange of practitioners on {}",), ""),
    ("platform", 6, ("Shared database on {}",), "platform"),
    ("project", 12, ("Pilot project on {}", "Community project on {}"), "publication"),
)
HAS_PARTICIPANTS = {"workshop", "forum", "campaign", "exchange", "project"}
WHY_LATE = (
    "The host could not confirm the dates; a new date is agreed for the next half-year.",
    "Funding was released later than planned. The first meeting was held in December.",
    "Travel was not possible; the programme is being moved online.",
)


@dataclass(frozen=True, slots=True)
class Topic:
    body: str
    topic: str
    kras: tuple[str, ...]
    tags: tuple[str, ...]
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedActivity:
    """`values` are plan fields, `years` the report fields of each year that is reported."""

    body: str
    plan: int  # index into PLANS
    values: dict[str, Any]
    years: dict[int, dict[str, Any]] = field(default_factory=dict)
    evidence: dict[int, str] = field(default_factory=dict)


def topics(path: Path) -> list[Topic]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Topic(row["body"], row["topic"], _parts(row["kras"]), _parts(row["tags"]), _parts(row["issues"]))
            for row in csv.DictReader(file)
        ]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


def activities(found: list[Topic]) -> list[PlannedActivity]:
    """About a thousand activities of all bodies, in the order of body, plan and number."""
    made = [one for number, topic in enumerate(found) for one in _of_topic(topic, number)]
    return sorted(made, key=lambda one: (one.body, one.plan, one.values["number"]))


def _of_topic(topic: Topic, number: int) -> Iterator[PlannedActivity]:
    random = Random(f"{SEED}/{topic.body}/{topic.topic}")  # noqa: S311 - not a secret
    for plan in range(len(PLANS)):
        titles: set[str] = set()
        for position in range(random.choice((3, 4, 4))):
            kind, title, output = _kind(random, topic, titles)
            yield _activity(random, topic, plan, f"{number + 1}.{position + 1}", kind, title, output)


def _kind(random: Random, topic: Topic, titles: set[str]) -> tuple[str, str, str]:
    while True:
        kind, _, patterns, output = random.choices(KINDS, [one[1] for one in KINDS])[0]
        title = random.choice(patterns).format(topic.topic)
        if title not in titles:
            titles.add(title)
            return kind, title, output


def _activity(
    random: Random, topic: Topic, plan: int, number: str, kind: str, title: str, output: str
) -> PlannedActivity:
    first, last = PLANS[plan]
    starts = date(random.randint(first, last), random.randint(1, 12), 1)
    months = random.choice((6, 9, 12, 12, 18, 24, 36))
    ends = _month_later(starts, months)
    amount = random.choice((0, 35_000, 60_000, 90_000, 150_000, 320_000))
    phase = f" (phase {plan + 1})"
    values: dict[str, Any] = {
        "number": number,
        "title": title + phase,
        "description": f"{title}, with officials and practitioners of the Member States. {NOTE}",
        "expected_output": f"A shared result on {topic.topic} that Member States can use.",
        "expected_outcome": f"Member States act more alike on {topic.topic}.",
        "activity_type": kind,
        "frequency": random.choice(("one_off", "one_off", "annual", "continuous", "biennial")),
        "starts_on": starts.isoformat(),
        "ends_on": ends.isoformat(),
        "kras": list(topic.kras),
        "measures": [f"{kra}.i" for kra in topic.kras],
        "kpis": [KPI_OF_KRA[kra] for kra in topic.kras if kra in KPI_OF_KRA],
        "tags": sorted({*topic.tags, *(["capacity_building"] if kind == "workshop" else [])}),
        "issues": list(topic.issues),
        "sdg_targets": [SDG_OF_KRA[topic.kras[0]]],
        "lead_states": sorted(random.sample(STATES, random.choice((1, 1, 2)))),
        "partner_bodies": [],
        "dialogue_partners": sorted(random.sample(PARTNERS, random.choice((0, 1, 1, 2)))),
        "funding_sources": [random.choice(("dialogue_partner", "asean_fund", "member_states"))] if amount else ["none"],
        "funding_amount": f"{amount}.00" if amount else "",
        "funding_currency": "USD" if amount else "",
    }
    years = dict(_years(random, kind, output, title, starts, ends))
    evidence = {year: f"Report on {topic.topic}, {year}" for year in years if random.random() < 0.4}
    return PlannedActivity(topic.body, plan, values, years, evidence)


def _month_later(day: date, months: int) -> date:
    total = day.month - 1 + months
    following = date(day.year + total // 12, total % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _years(
    random: Random, kind: str, output: str, title: str, starts: date, ends: date
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Reports from the year of the start to that of the end; a delayed one is reported one year longer."""
    late, cancelled = random.random() < 0.06, random.random() < 0.012
    last = ends.year + (1 if late else 0)
    for year in range(starts.year, min(last, LAST_REPORTED) + 1):
        share = min(95, round(100 * (date(year, 12, 31) - starts).days / max((ends - starts).days, 1) / 5) * 5)
        if cancelled and year == last:
            yield year, _report(random, kind, "", title, "cancelled", share)
            return
        status = "completed" if year == last else "delayed" if late and year == ends.year else "ongoing"
        yield year, _report(random, kind, output if year == last else "", title, status, share)


def _report(random: Random, kind: str, output: str, title: str, status: str, share: int) -> dict[str, Any]:
    stopped = status == "cancelled"
    women = random.randint(8, 90) if kind in HAS_PARTICIPANTS and not stopped and random.random() < 0.85 else None
    link = f"https://example.org/adme-demonstration/{random.randrange(10**6):06d}"
    return {
        "status": status,
        "percent_complete": 100 if status == "completed" else max(5, min(share, 90)),
        "explanation": _explanation(random, status),
        "achieved": "" if stopped else f"Carried out as planned in this year: {title[0].lower()}{title[1:]}.",
        "outputs": [{"kind": output, "title": f"{title}: result", "link": link}] if output else [],
        "stakeholders": [] if stopped else sorted(
            random.sample(STAKEHOLDERS, random.choice((0, 0, 1, 1, 2, 3))), key=STAKEHOLDERS.index
        ),
        "participants_female": women,
        "participants_male": None if women is None else max(3, round(women * random.uniform(0.5, 1.2))),
        "participants_unknown": 0 if women is not None and random.random() < 0.5 else None,
        "remarks": "",
    }  # fmt: skip


def _explanation(random: Random, status: str) -> str:
    if status == "cancelled":
        return "The bodies concerned agreed to join it with another activity."
    return random.choice(WHY_LATE) if status == "delayed" else ""
