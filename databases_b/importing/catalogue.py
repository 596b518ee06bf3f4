"""What the database knows before a file is read: areas, which of them are kept, datasets and their indicators."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from django.conf import settings

from adme.reference.models import Area
from adme.reference.selectors import AreaResolver, kept_areas
from databases_b.models import Dataset, Indicator
from databases_b.readers.base import FileFacts

_dataset_code = re.compile(r"[A-Z0-9_]{1,40}", re.ASCII).fullmatch
_indicator_code = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII).fullmatch
IndicatorKey = tuple[str, str]  # codes of dataset and indicator


def is_code(dataset: str, indicator: str) -> bool:
    """Whether new codes can stand in addresses and series codes: 'A/B', '..' or '=A' cannot."""
    return bool(_dataset_code(dataset) and _indicator_code(indicator))


@dataclass(slots=True)
class Catalogue:
    dataset: str  # the file's own; a code of another is written 'WB_ESG:EN.ATM.CO2E.PC'
    datasets: frozenset[str]
    indicators: dict[IndicatorKey, int]  # -> id
    area_ids: dict[str, int]  # code -> id
    area_names: dict[str, str]  # name -> code
    kept: frozenset[str]
    _resolver: AreaResolver
    _areas: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def load(cls, *, dataset: str) -> Catalogue:
        areas = list(Area.objects.values_list("id", "code", "name"))
        indicators = Indicator.objects.order_by().values_list("dataset__code", "code", "id")
        return cls(
            dataset=dataset,
            datasets=frozenset(Dataset.objects.values_list("code", flat=True)),
            indicators={(owner, code): pk for owner, code, pk in indicators},
            area_ids={code: pk for pk, code, _ in areas},
            area_names={name: code for _, code, name in areas},
            kept=kept_areas(settings.IMPORT_KEEP_AREA_GROUPS),
            _resolver=AreaResolver(),
        )

    def key(self, text: str, facts: FileFacts) -> IndicatorKey:
        """Dataset and code of an indicator as a reader names it."""
        told = facts.indicators.get(text)
        if told is not None and told.dataset and text.startswith(f"{told.dataset}:"):
            return told.dataset, text[len(told.dataset) + 1 :]
        return self.dataset, text

    def area(self, text: str) -> str | None:
        """Area code of a code or name as a file has it; None when nobody knows it."""
        if text not in self._areas:
            self._areas[text] = self._resolver.resolve(text)
        return self._areas[text]

    def area_hint(self, text: str) -> str:
        near = difflib.get_close_matches(text, [*self.area_names, *self.area_ids], n=1, cutoff=0.7)
        guess = f" Did you mean {near[0]} ({self.area_names.get(near[0], near[0])})?" if near else ""
        return f"Use an ISO 3166 alpha-3 code or a known name; an administrator can add a spelling.{guess}"
