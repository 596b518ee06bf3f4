"""The receipt after an act: what was kept, who was told, and for a reviewer what waits next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adme.common.formatting import period as period_text

from .. import access
from ..models import Contribution, Obligation, Revision
from ..states import State
from ..transitions import TRANSITIONS, Act
from .marks import link, tool_title


@dataclass(frozen=True, slots=True)
class Receipt:
    revision: Revision
    done: str
    told: list[str]
    queue: tuple[str, str] | None = None  # for a reviewer: the next report that waits, its name and address
    waiting: int = 0


def receipt(user: Any, revisions: Sequence[Revision], number: str) -> Receipt | None:
    """The receipt that the address names: which revision was kept, when, and who was told of it."""
    found = next((one for one in revisions if str(one.number) == number), None)
    if found is None:
        return None
    about = f"{found.act}:{found.obligation_id}:r{found.number}:"
    told = found.obligation.notices.filter(key__startswith=about).order_by("id").select_related("user")
    people = list(dict.fromkeys(str(notice.user) for notice in told))
    return Receipt(found, TRANSITIONS[Act(found.act)].done, people, *_next_in_queue(user, found.act))


def _next_in_queue(user: Any, act: str) -> tuple[tuple[str, str] | None, int]:
    """Who approves or returns goes on to what waits longest and is not their own work; None after other acts."""
    if act not in {Act.APPROVE, Act.RETURN} or not access.is_reviewer(user):
        return None, 0
    waiting = Obligation.objects.filter(state=State.SUBMITTED)
    others = waiting.exclude(contributions__in=Contribution.objects.filter(user=user, settled_at=None))
    first = others.select_related("round", "body", "state_area").order_by("submitted_at", "pk").first()
    if first is None:
        return None, waiting.count()
    name = f"{tool_title(first.tool)} of {first.reporter_label}, {period_text(first.round.period_label)}"
    return (name, link("report", first.public_id)), waiting.count()
