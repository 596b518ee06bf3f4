"""The documented workflow is the one in the code."""

from __future__ import annotations

from adme.reporting.transitions import TRANSITIONS
from adme.reporting.workflow_document import document_path, workflow_document


def test_the_document_of_the_workflow_is_current() -> None:
    assert document_path().read_text(encoding="utf-8") == workflow_document(), (
        "run: manage.py document_workflow --apply"
    )


def test_every_act_stands_in_the_document() -> None:
    assert all(f"| {one.title} |" in workflow_document() for one in TRANSITIONS.values())
