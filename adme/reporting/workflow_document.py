"""The workflow as a document, written from the table in `transitions`, so that what is read is what holds."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from .states import NOT_OWED, REPORTED, Standing, State
from .transitions import TRANSITIONS, Party, Transition

_HEAD = """# How a report is filed, reviewed and approved

Written by `manage.py document_workflow` from `adme/reporting/transitions.py` and `adme/reporting/states.py`; do not
edit by hand. Every report of every tool goes this way; nothing else sets a state.

A **report** is what one sectoral body or Member State owes for one period of a tool. Its first save starts it. Acts of
the reporter are possible while the calendar lets report (a report that was sent back may be mended after that, too).
The Secretariat may act **on behalf** of a reporter: with a written reason, and the reporter is told. **Nobody approves
a report they wrote in or handed in** since its last approval. Approving and returning hold for the version that was
seen: when another was handed in meanwhile, the page says so and nothing happens. The same form sent twice is one act.

"""
_REVISIONS = """
Where *keeps a revision* says yes, the whole report as it then was is kept as an immutable, numbered **revision**; the
database refuses to change or delete one. Others read what was handed in from *submitted* on, until it is returned.
Figures count only what was approved: a reopened report's approved values stay in them until the next approval.

"""
_STANDINGS = """
## What boards count

The state, seen against the calendar. *Reported* counts for completeness; *not owed* is left out of its denominator.

"""


def document_path() -> Path:
    return settings.BASE_DIR / "docs" / "workflow.md"


def workflow_document() -> str:
    lines = [
        _line(["act", "from", "to", "by", "reason", "keeps a revision", "not by an author"]),
        _line(["---", "---", "---", "---", ":-:", ":-:", ":-:"]),
        *(_line(_cells(one)) for one in TRANSITIONS.values()),
    ]
    standings = [_line(["standing", "counts as"]), _line(["---", "---"])]
    standings += [_line([str(one.label), _counts_as(one)]) for one in Standing]
    return _HEAD + "\n".join(lines) + "\n" + _REVISIONS.rstrip("\n") + "\n" + _STANDINGS + "\n".join(standings) + "\n"


def _cells(one: Transition) -> list[str]:
    who = "the Secretariat" if one.party == Party.REVIEWER else "the reporter"
    who += ", or the Secretariat on behalf" if one.on_behalf else ""
    sources = ", ".join(_short(state) for state in State if state in one.sources)
    reason = "yes" if one.reason else "on behalf" if one.on_behalf else ""
    marks = ("yes" if mark else "" for mark in (one.keeps_revision, one.not_author))
    return [one.title, sources, _short(one.target), who, reason, *marks]


def _short(state: State) -> str:
    return str(state.label).partition(":")[0]


def _counts_as(standing: Standing) -> str:
    return "reported" if standing in REPORTED else "not owed" if standing in NOT_OWED else "owed"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
