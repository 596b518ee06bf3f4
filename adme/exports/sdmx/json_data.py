"""SDMX-JSON data messages 1.0 and 2.0, in pieces. The structure part comes last, since it lists the values met.

Sources: SDMX-JSON data schemas 1.0 and 2.0.0 (sdmx-twg/sdmx-json). Order of keys has no meaning in JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from adme.common.csv_safety import plain_text

from .data import DataSet, Observation, Series, Value, text_of
from .structures import OBS_VALUE, TIME_PERIOD, Attachment, Attribute, Component

SCHEMAS = {
    1: "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/develop/data-message/tools/schemas/1.0/sdmx-json-data-schema.json",
    2: "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json",
}
SERIES_PER_CHUNK = 50
VALUES_PER_CHUNK = 2000


def json_chunks(data: DataSet, *, version: int = 2) -> Iterator[bytes]:
    """The message in pieces. `version` is 1 or 2."""
    yield from _Message(data, version).chunks()


def meta(data: DataSet, version: int) -> dict[str, Any]:
    sender: dict[str, Any] = {"id": data.header.sender}
    if data.header.sender_name:
        sender |= {"name": data.header.sender_name, "names": {"en": data.header.sender_name}}
    return {
        "schema": SCHEMAS[version],
        "id": data.header.id,
        "test": False,
        "prepared": data.header.prepared_text,
        "contentLanguages": ["en"],
        "sender": sender,
    }


class _Index:
    """Values of a component in the order in which they were met; a value is told by its place."""

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}

    def of(self, value: Any) -> int:
        return self._places.setdefault(value, len(self._places))

    @property
    def values(self) -> list[Any]:
        return list(self._places)


class _Message:
    def __init__(self, data: DataSet, version: int) -> None:
        self.data, self.version = data, version
        self.dimensions = data.structure.dimensions
        self.of_observation = data.attached(Attachment.OBSERVATION) if data.with_observations else ()
        self.of_series = data.attached(Attachment.SERIES)
        self.of_dataset = data.attached(Attachment.DATASET)
        self.keys = [_Index() for _ in self.dimensions]
        self.periods = _Index()
        self.indexes: dict[str, _Index] = {one.id: _Index() for one in data.shown}

    def chunks(self) -> Iterator[bytes]:
        yield b'{"meta":' + orjson.dumps(meta(self.data, self.version)) + b',"data":{"dataSets":[{'
        yield orjson.dumps(self._dataset_head())[1:-1]
        flat = self.data.is_flat and self.data.with_observations
        yield b',"observations":{' if flat else b',"series":{'
        yield from self._flat() if flat else self._series()
        yield b"}}],"
        structure = self._structure(flat)
        if self.version == 1:
            yield b'"structure":' + orjson.dumps(structure) + b"}}"
        else:
            yield b'"structures":[' + orjson.dumps({"dataSets": [0], **structure}) + b"]}}"

    def _dataset_head(self) -> dict[str, Any]:
        told: dict[str, Any] = {"action": "Information", "links": self._links()}
        if self.version == 2:
            told["structure"] = 0
        if self.of_dataset:
            values = [self.data.dataset_attributes.get(one.id) for one in self.of_dataset]
            told["attributes"] = self._indexed(self.of_dataset, values)
        return told

    def _links(self) -> list[dict[str, str]]:
        return [
            {"urn": self.data.flow.ref.urn(), "rel": "dataflow"},
            {"urn": self.data.structure.ref.urn(), "rel": "datastructure"},
        ]

    def _series(self) -> Iterator[bytes]:
        waiting: list[bytes] = []
        held = 0
        is_first = True
        for series in self.data.series:
            told: dict[str, Any] = {}
            if self.of_series:
                told["attributes"] = self._indexed(self.of_series, series.attributes)
            if self.data.with_observations:
                told["observations"] = {
                    str(self.periods.of(one.period)): self._observation(one) for one in series.observations
                }
            mark = b'"' if is_first else b',"'
            waiting.append(mark + self._key(series).encode() + b'":' + orjson.dumps(told))
            is_first = False
            held += len(series.observations)
            if held >= VALUES_PER_CHUNK or len(waiting) >= SERIES_PER_CHUNK:
                yield b"".join(waiting)
                waiting, held = [], 0
        yield b"".join(waiting)

    def _flat(self) -> Iterator[bytes]:
        """Attributes of the series stand with each observation."""
        is_first = True
        for series in self.data.series:
            key = self._key(series)
            own = self._indexed(self.of_series, series.attributes)
            cells = {
                f"{key}:{self.periods.of(one.period)}": self._observation(one) + own for one in series.observations
            }
            if cells:
                yield (b"" if is_first else b",") + orjson.dumps(cells)[1:-1]
                is_first = False

    def _key(self, series: Series) -> str:
        return ":".join(str(index.of(value)) for index, value in zip(self.keys, series.key, strict=True))

    def _observation(self, one: Observation) -> list[Any]:
        return [one.value, *self._indexed(self.of_observation, one.attributes)]

    def _indexed(self, attributes: Sequence[Attribute], values: Sequence[Value]) -> list[int | None]:
        return [
            None if value is None or value == "" else self.indexes[one.id].of(value)
            for one, value in zip(attributes, values, strict=True)
        ]

    def _structure(self, flat: bool) -> dict[str, Any]:
        flow = self.data.flow
        keyed = [
            self._dimension(one, place, index.values)
            for place, (one, index) in enumerate(zip(self.dimensions, self.keys, strict=True))
        ]
        time = self._time(len(keyed))
        observed = [*self.of_observation, *(self.of_series if flat else ())]
        told: dict[str, Any] = {
            "name": flow.name,
            "names": {"en": flow.name},
            "links": self._links(),
            "dimensions": {
                "dataSet": [],
                "series": [] if flat else keyed,
                "observation": [*(keyed if flat else ()), *([time] if self.data.with_observations else ())],
            },
            "attributes": {
                "dataSet": [self._attribute(one) for one in self.of_dataset],
                "series": [] if flat else [self._attribute(one) for one in self.of_series],
                "observation": [self._attribute(one) for one in observed],
            },
        }
        if self.version == 2:
            measure = {"id": OBS_VALUE, "name": self.data.concept(OBS_VALUE), "format": {"dataType": "Double"}}
            told["measures"] = {"observation": [measure] if self.data.with_observations else []}
            told["dimensions"] = {level: found for level, found in told["dimensions"].items() if found}
        return told

    def _dimension(self, one: Component, place: int, values: Sequence[Any]) -> dict[str, Any]:
        name = self.data.concept(one.id)
        return {
            "id": one.id,
            "name": name,
            "names": {"en": name},
            "keyPosition": place,
            "values": [self._coded(one, value) for value in values],
        }

    def _time(self, place: int) -> dict[str, Any]:
        name = self.data.concept(TIME_PERIOD)
        values = [
            {"id": one, "name": one, "names": {"en": one}} if self.version == 1 else {"value": one}
            for one in self.periods.values
        ]
        return {
            "id": TIME_PERIOD,
            "name": name,
            "names": {"en": name},
            "keyPosition": place,
            "roles": [TIME_PERIOD],
            "values": values,
        }

    def _attribute(self, one: Attribute) -> dict[str, Any]:
        name = self.data.concept(one.id)
        values = self.indexes[one.id].values
        told: dict[str, Any] = {
            "id": one.id,
            "name": name,
            "names": {"en": name},
            "relationship": self._relationship(one),
        }
        if self.version == 1 or values:
            told["values"] = [self._told(one, value) for value in values]
        return told

    def _told(self, one: Attribute, value: Any) -> dict[str, Any]:
        if one.codelist is not None:
            return self._coded(one, value)
        text = plain_text(text_of(value))
        # As text, since the schema takes a whole number for two things at once and so refuses it.
        return {"value": text} if self.version == 2 else {"name": text, "names": {"en": text}}

    def _coded(self, one: Component, value: Any) -> dict[str, Any]:
        name = self.data.name_of(one, value) or str(value)
        return {"id": str(value), "name": plain_text(name), "names": {"en": plain_text(name)}}

    def _relationship(self, one: Attribute) -> dict[str, Any]:
        if one.attachment == Attachment.DATASET:
            return {"none": {}} if self.version == 1 else {"dataflow": {}}
        if one.attachment == Attachment.SERIES:
            return {"dimensions": [each.id for each in self.dimensions]}
        return {"primaryMeasure": OBS_VALUE} if self.version == 1 else {"observation": {}}
