"""One save from the form or the grid: what the service answered, as an outcome that a page or a script can show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from adme.accounts.models import User
from adme.common.formatting import moment

from . import tools
from .errors import BadValues, Conflict, NotAllowedNow, ReasonNeeded
from .fields import Field, Values, token
from .forms_records import Sent
from .models import Obligation, RecordChange
from .pages.records import find, words_of
from .pages.sections import stored_of
from .pages.widgets import ConflictView, conflict_view, errors_of
from .services import records
from .tools import Record

OTHER_USER = "Another person is logged in in this browser now. Log in as yourself, reload this page, and save again."


@dataclass(frozen=True, slots=True)
class Outcome:
    """`kind`: saved, invalid, conflict, reason or refused. `record` is as it is stored now."""

    kind: str
    status: int
    sentence: str
    record: Record
    at: str = ""
    changed: tuple[str, ...] = ()
    errors: dict[str, list[str]] = field(default_factory=dict)
    conflict: ConflictView | None = None
    reason_fields: tuple[str, ...] = ()


def save(
    *,
    obligation: Obligation,
    key: str,
    part: str,
    fields: tuple[Field, ...],
    given: Sent,
    by: User,
    opened_by: str,
    channel: RecordChange.Channel,
) -> Outcome:
    """`part` names the section, or 'grid'. `opened_by` is the id of whoever opened the page, where it says so."""
    record = find(obligation, key, by)
    if opened_by and opened_by != str(by.pk):
        return Outcome("refused", 409, OTHER_USER, record)
    if not given.raw:
        return Outcome("saved", 200, "Nothing to save", record, at=record.updated_at)
    try:
        saved = records.save_values(
            obligation_id=obligation.pk,
            key=key,
            raw=given.raw,
            tokens={part: given.token},
            by=by,
            channel=channel,
            reason=given.reason,
            base=given.base,
        )
    except BadValues as error:
        found = errors_of(error.problems)
        return Outcome("invalid", 422, _attention(len(error.problems)), record, errors=found)
    except ReasonNeeded as error:
        return Outcome("reason", 422, str(error), record, reason_fields=error.fields)
    except Conflict as error:
        return _conflict(obligation, key, by, error)
    except NotAllowedNow as error:
        return Outcome("refused", 409, str(error), record)
    at = saved.saved_at.isoformat()
    return Outcome("saved", 200, "Saved", find(obligation, key, by), at=at, changed=saved.changed)


def _attention(problems: int) -> str:
    return "One value needs your attention." if problems == 1 else f"{problems} values need your attention."


def _conflict(obligation: Obligation, key: str, by: User, error: Conflict) -> Outcome:
    view = conflict_view(
        str(error),
        error.clashes,
        by=error.by.rstrip(","),
        at=moment(error.at) if error.at else "",
        fields=tools.get(obligation.tool).catalogue.by_name,
        words=words_of(obligation),
    )
    return Outcome("conflict", 409, str(error), find(obligation, key, by), conflict=view)


def answer(outcome: Outcome, fields: tuple[Field, ...], **more: Any) -> dict[str, Any]:
    """The outcome for the scripts of form and grid. `base` and `token` are of what is stored now; a refused save
    keeps its own, so that whoever saves again is still compared with what the page had started from."""
    found: dict[str, Any] = {"state": outcome.kind, "sentence": outcome.sentence, **more}
    if outcome.kind == "invalid":
        found["errors"] = outcome.errors
    if outcome.kind == "reason":
        by_name = {one.name: one.label for one in fields}
        found["fields"] = [by_name.get(name, name) for name in outcome.reason_fields]
    if outcome.kind in {"saved", "conflict"}:
        stored: Values = stored_of(outcome.record, fields)
        found |= {"token": token(outcome.record.values, fields), "base": stored, "at": outcome.at}
        found["changed"] = list(outcome.changed)
    return found
