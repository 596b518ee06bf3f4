"""What the state of a batch allows: a table of transitions. Who may is asked in accounts.permissions."""

from __future__ import annotations

from .errors import NotAllowedNow
from .models import BatchState, ImportBatch

_S = BatchState
TRANSITIONS: dict[str, tuple[frozenset[str], str]] = {
    # act: (from these states, to this state)
    "read": (frozenset({_S.RECEIVED, _S.READING, _S.PREVIEWED, _S.REFUSED, _S.FAILED}), _S.READING),
    "show": (frozenset({_S.READING}), _S.PREVIEWED),
    "refuse": (frozenset({_S.READING}), _S.REFUSED),
    "fail": (frozenset({_S.RECEIVED, _S.READING}), _S.FAILED),
    "approve": (frozenset({_S.PREVIEWED}), _S.APPROVED),
    "withdraw": (frozenset({_S.APPROVED}), _S.RECEIVED),
    "apply": (frozenset({_S.APPROVED}), _S.APPLIED),
    "discard": (frozenset({_S.RECEIVED, _S.READING, _S.PREVIEWED, _S.REFUSED, _S.FAILED}), _S.DISCARDED),
    "undo": (frozenset({_S.APPLIED}), _S.UNDONE),
}


def allows(batch: ImportBatch, act: str) -> bool:
    if act == "undo" and batch.undoes_id is not None:
        return False
    return batch.state in TRANSITIONS[act][0]


def move(batch: ImportBatch, act: str) -> None:
    """Set the state, or say why not."""
    if not allows(batch, act):
        raise NotAllowedNow(f"The import of {batch.filename} is '{batch.get_state_display()}'; it cannot {act} now.")
    batch.state = TRANSITIONS[act][1]
