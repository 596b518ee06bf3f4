"""Maintaining clauses and the links between declarations. Retire, never delete: what was reported keeps its clause."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from adme.accounts.models import User
from adme.audit import services as audit
from adme.observations.services import bump_data_version

from ..errors import NotPossible
from ..models import Clause, Declaration


@transaction.atomic
def add_clause(*, declaration: Declaration, number: str, commitment: str, source: str, by: User) -> Clause:
    held = _locked(declaration)
    _check_number(held, number)
    clause = Clause.objects.create(declaration=held, number=number, commitment=commitment, source=source)
    _renumber(held)
    _close("clause.added", clause, by, after=_shown(clause))
    return clause


@transaction.atomic
def change_clause(*, clause: Clause, number: str, commitment: str, source: str, by: User) -> Clause:
    held = _locked(clause.declaration)
    stored = Clause.objects.get(pk=clause.pk)
    _check_number(held, number, but=stored)
    before = _shown(stored)
    stored.number, stored.commitment, stored.source = number, commitment, source
    if _shown(stored) == before:
        return stored
    stored.save(update_fields=["number", "commitment", "source", "updated_at"])
    _renumber(held)
    _close("clause.changed", stored, by, before=before, after=_shown(stored))
    return stored


@transaction.atomic
def retire_clause(*, clause: Clause, reason: str, by: User) -> Clause:
    """No new action can be put under it, and it asks for none; what was reported under it stays readable."""
    return _set_retired(clause, retired=True, reason=reason, by=by)


@transaction.atomic
def return_clause(*, clause: Clause, reason: str, by: User) -> Clause:
    return _set_retired(clause, retired=False, reason=reason, by=by)


@transaction.atomic
def link_declaration(
    *, declaration: Declaration, predecessor: Declaration | None, plans: Collection[Declaration], by: User
) -> Declaration:
    """Which declaration came before on the same subject, and which plans of action came of this one."""
    held = _locked(declaration)
    if predecessor is not None:
        _check_predecessor(held, predecessor)
    if any(plan.pk == held.pk for plan in plans):
        raise NotPossible("A declaration is not its own plan of action.", "plans")
    before = _links(held)
    held.predecessor = predecessor
    held.save(update_fields=["predecessor"])
    held.plans_of_action.set(plans)
    after = _links(held)
    if after != before:
        bump_data_version()
        audit.record(
            action="declaration.linked", actor=by.email, target=f"declaration {held.code}", before=before, after=after
        )
    return held


def _locked(declaration: Declaration) -> Declaration:
    return Declaration.objects.select_for_update(of=("self",), no_key=True).get(pk=declaration.pk)


def _check_number(declaration: Declaration, number: str, but: Clause | None = None) -> None:
    same = declaration.clauses.filter(number__iexact=number)
    found = (same.exclude(pk=but.pk) if but else same).first()
    if found is not None:
        retired = " It is retired; bring it back instead." if found.is_retired else " Choose another number."
        raise NotPossible(f"This declaration already has a clause {found.number}.{retired}", "number")


def _check_predecessor(declaration: Declaration, predecessor: Declaration) -> None:
    if predecessor.adopted_on > declaration.adopted_on:
        raise NotPossible("A predecessor was adopted before, not after.", "predecessor")
    seen: Declaration | None = predecessor
    while seen is not None:
        if seen.pk == declaration.pk:
            raise NotPossible("The two would come before each other; choose another predecessor.", "predecessor")
        seen = seen.predecessor


def _set_retired(clause: Clause, *, retired: bool, reason: str, by: User) -> Clause:
    _locked(clause.declaration)
    stored = Clause.objects.select_related("declaration").get(pk=clause.pk)
    if stored.is_retired == retired:
        raise NotPossible("Somebody did this before you; load the page again.")
    stored.retired_at = timezone.now() if retired else None
    stored.save(update_fields=["retired_at", "updated_at"])
    action = "clause.retired" if retired else "clause.returned"
    _close(action, stored, by, reason=reason)
    return stored


def _renumber(declaration: Declaration) -> None:
    """Clauses stand as people count: 2 before 10, 2.1 after 2."""
    ordered = sorted(declaration.clauses.all(), key=lambda clause: (_natural(clause.number), clause.pk))
    for position, clause in enumerate(ordered, 1):
        clause.position = position
    Clause.objects.bulk_update(ordered, ["position"])


def _natural(number: str) -> tuple[tuple[int, int, str], ...]:
    parts = re.findall(r"[0-9]+|[^0-9.\s()]+", number.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def _shown(clause: Clause) -> dict[str, str]:
    return {"number": clause.number, "commitment": clause.commitment, "source": clause.source}


def _links(declaration: Declaration) -> dict[str, object]:
    plans = declaration.plans_of_action.order_by("code").values_list("code", flat=True)
    before = declaration.predecessor
    return {"predecessor": before.code if before else "", "plans_of_action": list(plans)}


def _close(action: str, clause: Clause, by: User, **what: object) -> None:
    bump_data_version()
    target = f"declaration {clause.declaration.code} clause {clause.number}"
    audit.record(action=action, actor=by.email, target=target, **what)  # type: ignore[arg-type]
