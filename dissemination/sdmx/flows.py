"""What flows there are and which structure each has. Built once for each state of the data, see `catalogue`.

DF_KPI holds the KPI values; each dataset of Database B has a flow of its own, since it has its own provider, licence,
rhythm and list of indicators; DF_RECORDS holds the statistics of Database C. See docs/adr/0008.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from adme.accounts.permissions import Permission
from adme.exports.sdmx.structures import Attachment, Attribute, Component, Dataflow, DataStructure, Kind, Ref

from .concepts import AGENCY, CONCEPT_SCHEME, VERSION

KPI_FLOW, RECORDS_FLOW = "DF_KPI", "DF_RECORDS"


def codelist(code: str) -> Ref:
    return Ref(Kind.CODELIST, AGENCY, code, VERSION)


FREQ = Component("FREQ", codelist("CL_FREQ"))
REF_AREA = Component("REF_AREA", codelist("CL_AREA"))
SEX = Component("SEX", codelist("CL_SEX"))
AGE = Component("AGE", codelist("CL_AGE"))
URBANISATION = Component("URBANISATION", codelist("CL_URBANISATION"))
COMPOSITE = Component("COMPOSITE_BREAKDOWN", codelist("CL_COMPOSITE_BREAKDOWN"))


def _attribute(
    name: str, code_list: str = "", text_type: str = "String", at: Attachment = Attachment.OBSERVATION,
    mandatory: bool = False,
) -> Attribute:  # fmt: skip
    listed = codelist(code_list) if code_list else None
    return Attribute(name, listed, text_type, attachment=at, is_mandatory=mandatory)


def _units(at: Attachment) -> tuple[Attribute, ...]:
    return (
        _attribute("UNIT_MEASURE", "CL_UNIT", at=at),
        _attribute("UNIT_MULT", "CL_UNIT_MULT", at=at),
        _attribute("DECIMALS", text_type="Integer", at=at),
    )


_STATUS = (
    _attribute("OBS_STATUS", "CL_OBS_STATUS", mandatory=True),
    _attribute("CONF_STATUS", "CL_CONF_STATUS", mandatory=True),
)
_COMMENT = _attribute("COMMENT_OBS")
_DATASET = (
    _attribute("DATA_VERSION", text_type="Integer", at=Attachment.DATASET),
    _attribute("EDITION", at=Attachment.DATASET),
)
# Units stand with each value: values of an earlier recipe may have another unit.
KPI_ATTRIBUTES = (
    *_STATUS,
    *_units(Attachment.OBSERVATION),
    _attribute("COVERAGE_OF", "CL_COVERAGE_OF"),
    _attribute("STATES_REPORTING", text_type="Integer"),
    _attribute("STATES_EXPECTED", text_type="Integer"),
    _attribute("STATES_CARRIED", text_type="Integer"),
    _attribute("POPULATION_SHARE", text_type="Double"),
    _attribute("RECIPE_VERSION", text_type="Integer"),
    _COMMENT,
    _attribute("DEMONSTRATION", "CL_DEMONSTRATION", at=Attachment.SERIES),
    *_DATASET,
)
EXTERNAL_ATTRIBUTES = (
    *_STATUS,
    _COMMENT,
    *_units(Attachment.SERIES),
    _attribute("DEMONSTRATION", "CL_DEMONSTRATION", at=Attachment.SERIES),
    *_DATASET,
)
RECORDS_ATTRIBUTES = (
    *_STATUS,
    _COMMENT,
    _attribute("DEMONSTRATION", "CL_DEMONSTRATION"),
    *_units(Attachment.SERIES),
    *_DATASET,
)


class Source(StrEnum):
    """Which database a flow reads, and the category under which clients list it."""

    KPI = "KPI"
    EXTERNAL = "EXTERNAL"
    RECORDS = "RECORDS"


PERMISSIONS = {
    Source.KPI: Permission.DASHBOARD_VIEW,
    Source.EXTERNAL: Permission.INDICATOR_VIEW,
    Source.RECORDS: Permission.DASHBOARD_VIEW,
}


class IndicatorCode(NamedTuple):
    """Code of an indicator in its flow, and what its values are measured in."""

    id: str
    unit: str = ""
    decimals: int | None = None
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """`indicators`: by the key of the row that stands for it. `code` is that of the dataset, '' for the others."""

    source: Source
    flow: Dataflow
    structure: DataStructure
    indicators: Mapping[int, IndicatorCode] = field(default_factory=dict)
    code: str = ""
    is_demonstration: bool = False

    @property
    def permission(self) -> Permission:
        return PERMISSIONS[self.source]


def make_flow(
    source: Source, *, id: str, name: str, description: str, indicator_list: str,
    indicators: Mapping[int, IndicatorCode], code: str = "", is_demonstration: bool = False,
) -> Flow:  # fmt: skip
    dimensions: tuple[Component, ...] = (FREQ, REF_AREA, Component("INDICATOR", codelist(indicator_list)), SEX, AGE)
    attributes = KPI_ATTRIBUTES
    if source != Source.KPI:
        dimensions += (URBANISATION, COMPOSITE)
        attributes = EXTERNAL_ATTRIBUTES if source == Source.EXTERNAL else RECORDS_ATTRIBUTES
    structure = DataStructure(
        kind=Kind.DATA_STRUCTURE, id=f"DSD_{id.removeprefix('DF_')}", agency=AGENCY, version=VERSION,
        name=f"Structure of: {name}", concepts=CONCEPT_SCHEME, dimensions=dimensions, attributes=attributes,
    )  # fmt: skip
    flow = Dataflow(
        kind=Kind.DATAFLOW, id=id, agency=AGENCY, version=VERSION, name=name, description=description,
        structure=structure.ref,
    )  # fmt: skip
    return Flow(source, flow, structure, indicators, code, is_demonstration)
