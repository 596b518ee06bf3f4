"""What a data message holds, whatever its format: series with their observations, and the names of their codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from .structures import Attachment, Attribute, Component, Dataflow, DataStructure, Ref

Value = str | int | float | bool | None


class Observation(NamedTuple):
    """`value` is None where the status says that there is none. `attributes` in the order of those shown."""

    period: str
    value: float | None
    attributes: tuple[Value, ...] = ()


class Series(NamedTuple):
    """`key` in the order of the dimensions; `attributes` those attached to the series, in the order of those shown."""

    key: tuple[str, ...]
    attributes: tuple[Value, ...]
    observations: Sequence[Observation]


@dataclass(frozen=True, slots=True)
class Header:
    """Who sends what when. `id` has letters, digits and - only."""

    id: str
    prepared: datetime
    sender: str
    sender_name: str = ""

    @property
    def prepared_text(self) -> str:
        return f"{self.prepared.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class DataSet:
    """Data of one dataflow. `shown`: the attributes that are told. Without `with_observations` only series are.

    `names`: of the codes, by code list; `concepts`: names of the components. `dataset_attributes` by id.
    """

    flow: Dataflow
    structure: DataStructure
    header: Header
    series: Iterable[Series]
    shown: tuple[Attribute, ...]
    names: Mapping[Ref, Mapping[str, str]] = field(default_factory=dict)
    concepts: Mapping[str, str] = field(default_factory=dict)
    dataset_attributes: Mapping[str, Value] = field(default_factory=dict)
    with_observations: bool = True
    is_flat: bool = False

    def attached(self, attachment: Attachment) -> tuple[Attribute, ...]:
        return tuple(one for one in self.shown if one.attachment == attachment)

    def name_of(self, component: Component, value: Any) -> str:
        """Name of a code; '' where the component has no code list or the code no name."""
        if component.codelist is None or value is None:
            return ""
        return self.names.get(component.codelist, {}).get(str(value), "")

    def concept(self, component: str) -> str:
        return self.concepts.get(component, component)


def number(value: float) -> str:
    """In full precision, with a decimal point; whole numbers without one."""
    return repr(value).removesuffix(".0")


def text_of(value: Value) -> str:
    """A value of an attribute as text; '' where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, float) else str(value)
