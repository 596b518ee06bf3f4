"""A run of aggregation: compute, compare with what is current, close and open rows. One run at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from adme.audit import services as audit
from adme.jobs import services as jobs
from adme.observations.services import bump_data_version, current_data_version
from adme.reference.models import Area

from ..aggregation import Computed, compute
from ..errors import UnknownLeaf
from ..models import AggregationRun, KpiLeaf, KpiValue, Recipe
from .storing import insert_values

if TYPE_CHECKING:
    from adme.accounts.models import User
    from adme.jobs.models import Job

# One advisory lock: two runs at once would both open a row for the same leaf, area and period.
# On SQLite a transaction is IMMEDIATE (settings), which is the same lock for the whole file.
_LOCK = 0x4B5049
_JOB = "rfmd.aggregate"
_LONGEST_TRIGGER = 180  # a run keeps 200 characters of it
_MORE = " and others"


@dataclass(slots=True)
class _Difference:
    """What a run has to write, by comparing hashes with the current rows."""

    opened: list[Computed] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: {"new": 0, "changed": 0, "unchanged": 0, "withdrawn": 0, "withheld": 0}
    )


@transaction.atomic
def aggregate(*, leaf_codes: Collection[str] | None = None, trigger: str, actor: str) -> AggregationRun:
    """Recompute the values of these leaves (all when None) and store what differs; the same inputs store nothing.

    A current value whose recipe or observations are gone is withdrawn: closed, with no successor.
    """
    _lock()
    leaves = _leaves(leaf_codes)
    recipes = Recipe.objects.filter(state=Recipe.State.ADOPTED, leaf__in=list(leaves)).order_by("leaf__position")
    computed = compute(list(recipes))
    difference = _compare(computed, leaves)
    run = AggregationRun.objects.create(
        trigger=trigger[:200], actor=actor, leaves=sorted(leaves.values()), counts=difference.counts
    )
    _store(run, difference)
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    if difference.opened or difference.closed:
        bump_data_version()
        audit.record(
            action="kpi.aggregated",
            actor=actor or "system",
            target=f"run:{run.pk}",
            after={"trigger": run.trigger, "leaves": run.leaves, **difference.counts},
        )
    return run


@transaction.atomic
def enqueue_aggregation(
    *, leaf_codes: Collection[str] | None = None, trigger: str, actor: str = "", by: User | None = None
) -> Job:
    """Queue a run. What the system asks for joins an equal run that is queued and not started: one reads for both.

    A run that has started may have read before this change, so it is never joined. What a person asks for is a job of
    their own; asking twice for the same leaves and trigger, with no data changed between, gives that one job.
    """
    codes = sorted(leaf_codes) if leaf_codes is not None else None
    if by is None:
        joined = _join(codes, trigger, actor)
        if joined is not None:
            return joined
    wanted = "all leaves" if codes is None else ", ".join(codes)
    # The version keeps an undo from being taken for the still running job of the import that it undoes.
    asked = f"{trigger}|{current_data_version().number}|{wanted}"
    return jobs.enqueue(
        _JOB,
        args={"leaves": codes, "trigger": trigger, "actor": actor},
        title=f"Compute KPI values: {wanted}"[:200],
        by=by,
        queue="kpis",
        idempotency_key=f"{_JOB}:{hashlib.sha256(asked.encode()).hexdigest()}",
    )


def _join(codes: list[str] | None, trigger: str, actor: str) -> Job | None:
    """The queued run of the same leaves. It names further triggers as far as there is room, and no single actor."""
    job = jobs.join_queued(_JOB, args={"leaves": codes})
    if job is None:
        return None
    told = str(job.args.get("trigger", ""))
    if trigger not in told:
        both = f"{told}; {trigger}"
        told = both if len(both) <= _LONGEST_TRIGGER else f"{told.removesuffix(_MORE)}{_MORE}"
    acted = actor if job.args.get("actor") == actor else ""
    jobs.rewrite_queued(job, args={**job.args, "trigger": told, "actor": acted})
    return job


def _lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _leaves(codes: Collection[str] | None) -> dict[int, str]:
    found = KpiLeaf.objects.filter(retired_at__isnull=True)
    if codes is not None:
        found = found.filter(code__in=codes)
    leaves = dict(found.values_list("pk", "code"))
    unknown = sorted(set(codes or ()) - set(leaves.values()))
    if unknown:
        raise UnknownLeaf(f"There is no KPI leaf with the code {', '.join(unknown)}.")
    return leaves


def _compare(computed: Iterable[Computed], leaves: dict[int, str]) -> _Difference:
    rows = KpiValue.objects.filter(closed_by__isnull=True, leaf__in=list(leaves)).values_list(
        "pk", "leaf_id", "area__code", "period", "recipe_id", "inputs_hash"
    )
    current = {(leaf, area, period): (pk, recipe, digest) for pk, leaf, area, period, recipe, digest in rows}
    difference = _Difference()
    for value in computed:
        known = current.pop(value[:3], None)
        difference.counts["withheld"] += bool(value.withheld)
        if known is not None and known[1:] == (value.recipe_id, value.inputs_hash):
            difference.counts["unchanged"] += 1
            continue
        difference.counts["new" if known is None else "changed"] += 1
        difference.opened.append(value)
        if known is not None:
            difference.closed.append(known[0])
    difference.closed += [pk for pk, _, _ in current.values()]
    difference.counts["withdrawn"] = len(current)
    return difference


def _store(run: AggregationRun, difference: _Difference) -> None:
    for start in range(0, len(difference.closed), 10_000):  # SQLite takes so many parameters in a statement
        KpiValue.objects.filter(pk__in=difference.closed[start : start + 10_000]).update(closed_by=run)
    if not difference.opened:
        return
    areas = dict(Area.objects.filter(code__in={value.area for value in difference.opened}).values_list("code", "pk"))
    insert_values(run, difference.opened, areas)
