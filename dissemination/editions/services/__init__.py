"""Writes of editions. Each service owns its transaction, names its author and leaves an event in the audit trail."""

from .drafting import (
    change_edition,
    delete_draft,
    draft_edition,
    restore_text,
    set_embargo,
    take_figures,
    write_text,
)
from .keeping import announce_due, keep
from .publishing import publish
from .replying import answer_correction, close_due, close_reply, confirm_rest, open_reply, remind, reply

__all__ = [
    "announce_due",
    "answer_correction",
    "change_edition",
    "close_due",
    "close_reply",
    "confirm_rest",
    "delete_draft",
    "draft_edition",
    "keep",
    "open_reply",
    "publish",
    "remind",
    "reply",
    "restore_text",
    "set_embargo",
    "take_figures",
    "write_text",
]
