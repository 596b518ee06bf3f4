"""The lists that codes come from: code lists of the reference data, and what other packages register by name.

'CL_...' is a code list. Registered here: 'state' (Member States), 'body' (sectoral bodies), 'kra' (or the goals of a
plan without KRAs), 'measure', 'issue' (cross-pillar). Database A's KPIs register 'kpi'. A retired code stays readable,
but is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from django.db.models import Q, Subquery

from adme.common.text import fold
from adme.reference.models import Area, Code, CrossPillarIssue, Framework, FrameworkItem, SectoralBody
from adme.reference.selectors import membership


@dataclass(frozen=True)
class Vocabulary:
    """`choices` in order; `retired` can be read, not chosen."""

    name: str
    choices: Mapping[str, str]
    retired: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        """Folded code, label and both together, to the code. Made when the first text is looked up."""
        found: dict[str, str] = {}
        for code, label in self.choices.items():
            for text in (label, f"{code} {label}", code):
                found[fold(text)] = code
        return found

    def find(self, text: str) -> str | None:
        """The code that a code, a label or 'code label' means, whatever the case and punctuation."""
        stripped = text.strip()
        return stripped if stripped in self.choices else self._spellings.get(fold(stripped))

    def label(self, code: str) -> str:
        return self.choices.get(code) or self.retired.get(code) or code

    def all_codes(self) -> Iterable[str]:
        return self.choices

    def remedy(self, text: str) -> str:
        """What to write instead."""
        near = get_close_matches(fold(text), list(self._spellings), n=1, cutoff=0.6)
        if near:
            return f"did you mean '{self.label(self._spellings[near[0]])}'?"
        some = list(self.choices.values())[:4]
        return f"choose from it, such as {', '.join(some)}." if some else "the list is empty; ask the Secretariat."


Load = Callable[[str], Vocabulary]  # takes the code of the framework
_loaders: dict[str, Load] = {}


def register(name: str, load: Load) -> None:
    _loaders[name] = load


def load(names: Iterable[str], framework: str = "BP2025") -> dict[str, Vocabulary]:
    """The vocabularies of these names. One statement for all code lists, and one or two for each other list."""
    wanted = set(names)
    lists = {name for name in wanted if name.startswith("CL_")}
    found = _code_lists(lists) if lists else {}
    for name in wanted - lists:
        found[name] = _loaders[name](framework)
    return found


def _code_lists(names: set[str]) -> dict[str, Vocabulary]:
    rows = Code.objects.filter(code_list__code__in=names).order_by("position", "code")
    choices: dict[str, dict[str, str]] = {name: {} for name in names}
    retired: dict[str, dict[str, str]] = {name: {} for name in names}
    for code_list, code, name, retired_at in rows.values_list("code_list__code", "code", "name", "retired_at"):
        (retired if retired_at else choices)[code_list][code] = name
    return {name: Vocabulary(name, choices[name], retired[name]) for name in names}


def _states(framework: str) -> Vocabulary:
    return Vocabulary("state", {one.area.code: one.area.name for one in membership("ASEAN")})


def _bodies(framework: str) -> Vocabulary:
    found = SectoralBody.objects.filter(retired_at__isnull=True).order_by("acronym")
    return Vocabulary("body", {body.code: body.acronym for body in found})


def _items(name: str, *tiers: str) -> Load:
    """Items of these tiers of the framework, then those of earlier frameworks: work carried over keeps its place."""

    def load_items(framework: str) -> Vocabulary:
        begins = Framework.objects.filter(code=framework).values("starts_on")[:1]
        found = FrameworkItem.objects.filter(
            Q(framework__code=framework) | Q(framework__starts_on__lt=Subquery(begins)), tier__in=tiers
        ).order_by("-framework__starts_on", "position", "code")
        rows = list(found.values_list("code", "title", "retired_at"))
        return Vocabulary(
            name,
            {code: f"{code} {title}" for code, title, retired_at in rows if not retired_at},
            {code: f"{code} {title}" for code, title, retired_at in rows if retired_at},
        )

    return load_items


def _issues(framework: str) -> Vocabulary:
    found = CrossPillarIssue.objects.filter(retired_at__isnull=True).order_by("number")
    return Vocabulary("issue", {str(number): title for number, title in found.values_list("number", "title")})


def areas_named(codes: Iterable[str]) -> dict[str, str]:
    return dict(Area.objects.filter(code__in=list(codes)).values_list("code", "name"))


register("state", _states)
register("body", _bodies)
register("kra", _items("kra", "kra", "strategic_goal"))
register("measure", _items("measure", "strategic_measure"))
register("issue", _issues)
