"""The shapes in which series travel between databases: frozen, small, and without the ORM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class SeriesPoint(NamedTuple):
    """One observation as the registry hands it out. `value` is None where the status says there is none."""

    series: str  # series code, 'WB_WDI:SL.UEM.NEET.ZS'
    area: str  # area code, 'IDN'
    dimensions: str  # '' for the total, else canonical 'AGE=Y15T24;SEX=F'
    period: int  # TimePeriod.key
    value: float | None
    obs_status: str
    reference: str  # exact observation, 'B:123456'; resolve with registry.describe_observations


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """What a reader of a figure must know about the series behind it."""

    code: str
    title: str
    unit: str
    source: str
    provider: str
    licence: str
    citation: str
    link: str
    release_date: str
    url: str  # page of the indicator in ADME, or ''
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was counted, such as an activity, for a reader who asks what stands behind a figure."""

    title: str
    url: str
    note: str = ""
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class ObservationInfo:
    """An exact observation, for a passport: where it came from and whether it is still current."""

    reference: str
    series: str
    area: str
    period: int
    value: float | None
    obs_status: str
    note: str
    filename: str
    sha256: str
    release_date: str
    known_from: str  # ISO time of the batch that opened it
    known_until: str  # '' while current
    batch_url: str
    parts: tuple[Part, ...] = ()  # the first of what was counted, where the observation is a count
    parts_total: int = 0
    parts_url: str = ""  # page of all of them
