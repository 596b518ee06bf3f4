"""Indicators and datasets from what a file tells about them: made when new, brought up to date when newer."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone

from adme.common.addresses import web_address
from databases_b.models import Dataset, Indicator, Provider
from databases_b.readers.base import FileFacts, IndicatorFacts
from databases_b.selectors import chosen

from .engine import Engine
from .staging import Tables, execute, fetch

TEXTS = (
    "title", "topic", "definition", "unit", "source", "method", "coverage", "limitations", "frequency",
    "aggregation_method", "licence", "citation", "link",
)  # fmt: skip
_LONGEST: dict[str, int | None] = {name: getattr(Indicator._meta.get_field(name), "max_length", None) for name in TEXTS}


class StagedIndicator(NamedTuple):
    indicator_no: int
    dataset: str
    code: str
    indicator_id: int | None  # None until apply makes it
    facts: dict[str, str]


@dataclass(slots=True)
class MetadataChanges:
    """What apply did to indicators, by series code; kept with the batch, so that undo can take it back."""

    created: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, list[Any]]] = field(default_factory=dict)  # series code -> field -> [before, after]


def facts_of(name_in_file: str, facts: FileFacts, release_date: date | None) -> dict[str, str]:
    """What the file tells about one indicator, as text; blank where it is silent."""
    told = facts.indicators.get(name_in_file) or IndicatorFacts(code=name_in_file)
    texts = {name: _fit(name, getattr(told, name).strip()) for name in TEXTS if name != "link"}
    texts["link"] = told.link.strip() if web_address(told.link.strip()) else ""
    day = told.release_date or release_date or facts.release_date
    return {**{name: text for name, text in texts.items() if text}, "release_date": day.isoformat() if day else ""}


def _fit(name: str, text: str) -> str:
    longest = _LONGEST[name]
    return text if longest is None or len(text) <= longest else text[: longest - 1] + "…"


def stage(tables: Tables, engine: Engine, rows: list[StagedIndicator]) -> None:
    engine.insert(
        tables.indicators,
        ("indicator_no", "dataset", "code", "indicator_id", "facts"),
        [(*row[:4], json.dumps(row.facts, ensure_ascii=False)) for row in rows],
    )


def staged(tables: Tables) -> list[StagedIndicator]:
    columns = "indicator_no, dataset, code, indicator_id, facts"
    rows = fetch(f"SELECT {columns} FROM {{indicators}} ORDER BY indicator_no", tables)  # noqa: S608
    return [StagedIndicator._make((*row[:4], json.loads(row[4]))) for row in rows]


def dataset_for(code: str, title: str) -> Dataset:
    """The dataset, made with its provider when nobody has registered it: 'WB_WDI' belongs to provider 'WB'."""
    dataset = Dataset.objects.filter(code=code).first()
    if dataset is not None:
        return dataset
    provider_code = code.partition("_")[0][:20]
    provider, _ = Provider.objects.get_or_create(code=provider_code, defaults={"name": provider_code})
    return Dataset.objects.create(provider=provider, code=code, name=(title or code)[:200])


def write(tables: Tables, titles: dict[str, str]) -> MetadataChanges:
    """Make the indicators that are new, bring the others up to date; the staging table learns the new ids.

    `titles` are of datasets, for those that nobody has registered.
    """
    rows = staged(tables)
    known = Indicator.objects.in_bulk([row.indicator_id for row in rows if row.indicator_id is not None])
    datasets = {code: dataset_for(code, titles.get(code, "")) for code in sorted({row.dataset for row in rows})}
    changes = MetadataChanges()
    altered: list[Indicator] = []
    for number, dataset, code, pk, facts in rows:
        if pk is None:
            texts = {name: facts.get(name, "") for name in TEXTS}
            made = Indicator.objects.create(dataset=datasets[dataset], code=code, release_date=_release(facts), **texts)
            execute("UPDATE {indicators} SET indicator_id = %s WHERE indicator_no = %s", tables, made.pk, number)
            changes.created.append(f"{dataset}:{code}")
        elif difference := _bring_up_to_date(known[pk], facts):
            changes.changed[f"{dataset}:{code}"] = difference
            altered.append(known[pk])
    if altered:
        Indicator.objects.bulk_update(altered, [*TEXTS, "release_date", "retired_at", "updated_at"], batch_size=200)
    return changes


def _release(facts: dict[str, str]) -> date | None:
    return date.fromisoformat(facts["release_date"]) if facts.get("release_date") else None


def _bring_up_to_date(indicator: Indicator, facts: dict[str, str]) -> dict[str, list[Any]]:
    """A silent file and an older release leave the metadata as they are."""
    release = _release(facts)
    difference: dict[str, list[Any]] = {}
    if indicator.retired_at is not None:
        difference["retired_at"] = [indicator.retired_at.isoformat(), None]
        indicator.retired_at = None
    if release is None or indicator.release_date is None or release >= indicator.release_date:
        for name in TEXTS:
            before, after = getattr(indicator, name), facts.get(name, "")
            if after and after != before:
                difference[name] = [before, after]
                setattr(indicator, name, after)
        if release is not None and release != indicator.release_date:
            difference["release_date"] = [
                indicator.release_date.isoformat() if indicator.release_date else None,
                release.isoformat(),
            ]
            indicator.release_date = release
    if difference:
        indicator.updated_at = timezone.now()
    return difference


def take_back(changes: dict[str, Any]) -> None:
    """Undo of `write`: fields that still hold what it wrote get their earlier text; made indicators are retired."""
    now = timezone.now()
    made = chosen(changes.get("created", []))
    Indicator.objects.filter(made).update(retired_at=now, updated_at=now)
    changed: dict[str, dict[str, list[Any]]] = changes.get("changed", {})
    for indicator in Indicator.objects.filter(chosen(changed)).select_related("dataset"):
        for name, (before, after) in changed[indicator.series_code].items():
            value = getattr(indicator, name)
            if name == "release_date":
                if (value.isoformat() if value else None) == after:
                    indicator.release_date = date.fromisoformat(before) if before else None
            elif name == "retired_at":
                indicator.retired_at = indicator.retired_at or now
            elif value == after:
                setattr(indicator, name, before)
        indicator.save()


def as_dict(changes: MetadataChanges) -> dict[str, Any]:
    return asdict(changes)
