"""What other packages know about an activity, shown on its page: Tool 2 registers follow-up actions that name it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Related:
    """`kind` in words, such as 'Follow-up action'; `note` such as the status; `url` of its page."""

    kind: str
    title: str
    url: str
    note: str = ""
    is_demonstration: bool = False


# Takes the public id of the activity and the user, whose rights the answer keeps; a constant number of statements.
Find = Callable[[str, Any], list[Related]]
_finders: dict[str, Find] = {}


def register(name: str, find: Find) -> None:
    _finders[name] = find


def related_to(key: str, user: Any) -> list[Related]:
    return [one for find in _finders.values() for one in find(key, user)]
