"""The command base: a dry run unless --apply, one JSON document with --json."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from adme.common.commands import DRY_RUN, AdmeCommand


class Counting(AdmeCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        self.say("Two tables were read.")
        self.say("One detail.", level=2)
        self.show_table(["table", "new"], [["areas", 1200], ["bodies", 3]])
        self.close({"new": 1203})


class Asking(AdmeCommand):
    has_dry_run = False

    def handle(self, *args: Any, **options: Any) -> None:
        self.close({"answer": 42})


class Refusing(AdmeCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        self.refuse("Two rows are wrong.", problems=[{"row": 2}, {"row": 3}])


def _run(command: type[AdmeCommand], *options: str) -> str:
    out = StringIO()
    call_command(command(), *options, stdout=out)
    return out.getvalue()


def test_without_apply_it_says_that_nothing_was_written():
    assert _run(Counting).rstrip().endswith(DRY_RUN)


def test_with_apply_it_says_no_such_thing():
    assert DRY_RUN not in _run(Counting, "--apply")


def test_a_command_knows_whether_it_may_write():
    dry, wet = Counting(), Counting()
    call_command(dry, stdout=StringIO())
    call_command(wet, "--apply", stdout=StringIO())
    assert (dry.apply, wet.apply) == (False, True)


def test_a_table_has_its_numbers_to_the_right():
    assert "table     new\nareas   1,200\nbodies      3\n" in _run(Counting)


def test_details_wait_for_more_verbosity():
    assert "One detail." not in _run(Counting)
    assert "One detail." in _run(Counting, "-v2")
    assert "Two tables" not in _run(Counting, "-v0")


@pytest.mark.parametrize("apply", [False, True])
def test_with_json_one_document_and_nothing_else_is_printed(apply):
    assert json.loads(_run(Counting, "--json", *(["--apply"] if apply else []))) == {"applied": apply, "new": 1203}


def test_a_command_without_a_dry_run_takes_no_apply():
    assert json.loads(_run(Asking, "--json")) == {"answer": 42}
    assert _run(Asking) == ""
    with pytest.raises(CommandError, match="--apply"):
        _run(Asking, "--apply")


def test_a_refusal_ends_in_failure_and_tells_a_program_why():
    out = StringIO()
    with pytest.raises(CommandError, match="Two rows are wrong"):
        call_command(Refusing(), "--json", stdout=out)
    assert json.loads(out.getvalue())["problems"] == [{"row": 2}, {"row": 3}]
