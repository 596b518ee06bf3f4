"""SDMX-ML data messages: generic and structure-specific 2.1, and 3.0 (structure-specific), in pieces.

Sources: XML schemas of SDMX 2.1 and 3.0 (SDMXMessage.xsd, SDMXDataGeneric.xsd, SDMXDataStructureSpecific.xsd).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from .data import DataSet, Series, Value, number, text_of
from .structures import OBS_VALUE, TIME_PERIOD, Attachment, Attribute
from .xml_text import DECLARATION, attributes, element, quoted, wrapped

SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
FLAT = "AllDimensions"
STRUCTURE_ID = "ADME1"
BYTES_PER_CHUNK = 60_000


class XmlForm(StrEnum):
    GENERIC_21 = "generic-2.1"
    SPECIFIC_21 = "structure-specific-2.1"
    SPECIFIC_30 = "structure-specific-3.0"

    @property
    def space(self) -> str:
        return SCHEMAS + ("v3_0/" if self == XmlForm.SPECIFIC_30 else "v2_1/")


def xml_chunks(data: DataSet, form: XmlForm) -> Iterator[bytes]:
    """The message in pieces of some ten thousand bytes."""
    waiting: list[str] = []
    size = 0
    for part in _parts(data, form):
        waiting.append(part)
        size += len(part)
        if size >= BYTES_PER_CHUNK:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


def _parts(data: DataSet, form: XmlForm) -> Iterator[str]:
    is_generic = form == XmlForm.GENERIC_21
    root = "message:GenericData" if is_generic else "message:StructureSpecificData"
    level = FLAT if data.is_flat and data.with_observations else TIME_PERIOD
    own_space = f"{data.flow.ref.urn()}:ObsLevelDim:{level}"
    spaces = {"message": "message", "common": "common", "footer": "message/footer"}
    spaces |= {"generic": "data/generic"} if is_generic else {"ss": "data/structurespecific"}
    told = "".join(f' xmlns:{prefix}="{form.space}{name}"' for prefix, name in spaces.items())
    told += f' xmlns:xsi="{XSI}"' + ("" if is_generic else attributes(xmlns__ns1=own_space))
    yield f"{DECLARATION}<{root}{told}>{_header(data, form, level, own_space)}"
    write = _Generic(data) if is_generic else _Specific(data)
    yield write.start()
    for series in data.series:
        yield write.series(series)
    yield f"</message:DataSet></{root}>"


def _header(data: DataSet, form: XmlForm, level: str, own_space: str) -> str:
    ref = data.flow.ref
    if form == XmlForm.SPECIFIC_30:
        usage = element("common:StructureUsage", ref.urn())
    else:
        usage = wrapped("common:StructureUsage", element("Ref", agencyID=ref.agency, id=ref.id, version=ref.version))
    structure = wrapped(
        "message:Structure",
        usage,
        structureID=STRUCTURE_ID,
        namespace=None if form == XmlForm.GENERIC_21 else own_space,
        dimensionAtObservation=level,
    )
    name = element("common:Name", data.header.sender_name, xml__lang="en") if data.header.sender_name else ""
    return wrapped(
        "message:Header",
        element("message:ID", data.header.id)
        + element("message:Test", "false")
        + element("message:Prepared", data.header.prepared_text)
        + wrapped("message:Sender", name, id=data.header.sender)
        + structure
        + element("message:DataSetAction", "Information")
        + element("message:DataSetID", data.flow.id),
    )


class _Writer:
    def __init__(self, data: DataSet) -> None:
        self.data = data
        self.ids = [one.id for one in data.structure.dimensions]
        self.of_series = data.attached(Attachment.SERIES)
        self.of_observation = data.attached(Attachment.OBSERVATION)
        self.is_flat = data.is_flat and data.with_observations

    def start(self) -> str:
        raise NotImplementedError

    def series(self, series: Series) -> str:
        raise NotImplementedError

    def _of_dataset(self) -> list[tuple[Attribute, Value]]:
        return [(one, self.data.dataset_attributes.get(one.id)) for one in self.data.attached(Attachment.DATASET)]


class _Generic(_Writer):
    def start(self) -> str:
        own = self._attributes(self._of_dataset())
        return f'<message:DataSet structureRef="{STRUCTURE_ID}" action="Information">{own}'

    def series(self, series: Series) -> str:
        own = list(zip(self.of_series, series.attributes, strict=True))
        key = [*zip(self.ids, series.key, strict=True)]
        if self.is_flat:
            return "".join(
                "<generic:Obs>"
                + wrapped("generic:ObsKey", _values([*key, (TIME_PERIOD, one.period)]))
                + self._value(one.value)
                + self._attributes([*zip(self.of_observation, one.attributes, strict=True), *own])
                + "</generic:Obs>"
                for one in series.observations
            )
        observations = ""
        if self.data.with_observations:
            observations = "".join(
                f'<generic:Obs><generic:ObsDimension value="{one.period}"/>{self._value(one.value)}'
                f"{self._attributes(list(zip(self.of_observation, one.attributes, strict=True)))}</generic:Obs>"
                for one in series.observations
            )
        inner = wrapped("generic:SeriesKey", _values(key)) + self._attributes(own) + observations
        return wrapped("generic:Series", inner)

    @staticmethod
    def _value(value: float | None) -> str:
        return "" if value is None else f'<generic:ObsValue value="{number(value)}"/>'

    @staticmethod
    def _attributes(told: Sequence[tuple[Attribute, Value]]) -> str:
        found = _values([(one.id, text_of(value)) for one, value in told])
        return wrapped("generic:Attributes", found) if found else ""


class _Specific(_Writer):
    def start(self) -> str:
        own = _as_attributes([(one.id, text_of(value)) for one, value in self._of_dataset()])
        return (
            f'<message:DataSet ss:structureRef="{STRUCTURE_ID}" xsi:type="ns1:DataSetType" '
            f'ss:dataScope="DataStructure" ss:action="Information"{own}>'
        )

    def series(self, series: Series) -> str:
        key = _as_attributes(list(zip(self.ids, series.key, strict=True)))
        own = _as_attributes(
            [(one.id, text_of(value)) for one, value in zip(self.of_series, series.attributes, strict=True)]
        )
        lead = f"<Obs{key}{own}" if self.is_flat else "<Obs"
        names = [f' {one.id}="' for one in self.of_observation]
        found = []
        if self.data.with_observations:
            for period, value, held in series.observations:
                told = [lead, f' {TIME_PERIOD}="{period}"']
                if value is not None:
                    told.append(f' {OBS_VALUE}="{number(value)}"')
                told += [
                    f'{name}{quoted(text_of(each))}"'
                    for name, each in zip(names, held, strict=True)
                    if each is not None and each != ""
                ]
                told.append("/>")
                found.append("".join(told))
        inner = "".join(found)
        if self.is_flat:
            return inner
        return f"<Series{key}{own}>{inner}</Series>" if inner else f"<Series{key}{own}/>"


def _values(pairs: Sequence[tuple[str, str]]) -> str:
    return "".join(f'<generic:Value id="{name}" value="{quoted(value)}"/>' for name, value in pairs if value)


def _as_attributes(pairs: Sequence[tuple[str, str]]) -> str:
    return "".join(f' {name}="{quoted(value)}"' for name, value in pairs if value)
