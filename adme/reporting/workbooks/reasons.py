"""Which rows of an upload change values that stood in an approved report, so that a reason is asked for in time.

The rule itself is enforced by the services of records, for every way a value can come.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..fields import is_empty
from ..models import Obligation
from ..services import revisions
from ..states import State
from .compare import Outcome, Stored


def rows_with_reason(obligation: Obligation, stored: Stored, outcomes: Sequence[Outcome]) -> list[int]:
    own = _own_approval(obligation)
    found = []
    for outcome in outcomes:
        record = stored.records.get(outcome.row.key)
        if record is None or outcome.problems:
            continue
        held = {**own.get(record.key, {}), **record.approved}
        changes = outcome.changes.items()
        if any(not is_empty(held.get(name)) and held[name] != change[2] for name, change in changes):
            found.append(outcome.row.number)
    return found


def _own_approval(obligation: Obligation) -> dict[str, dict[str, object]]:
    if obligation.state not in {State.REOPENED, State.RETURNED}:
        return {}
    approval = revisions.approved(obligation)
    return {one["key"]: one["values"] for one in approval.content.data["records"]} if approval else {}
