"""Headings of tidy tables: which column means what. The mapping is explicit; an unknown heading is refused by name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from adme.ingest.problems import UnreadableFile
from databases_b.readers.wide import column_letters, refuse_duplicates

# Role -> headings (folded, blanks and dashes as underscores). SDMX ids first, then what people write.
_STRONG = {
    "indicator": ("indicator_code", "series_code", "indicator_id", "series_id"),
    "area": ("ref_area", "area_code", "country_code", "iso3", "iso3c", "iso_code"),
    "period": ("time_period", "period", "year", "time", "time_period_code"),
    "value": ("obs_value", "value", "observation"),
    "status": ("obs_status", "status", "flag", "flags"),
    "note": ("note", "notes", "comment", "comments", "footnote", "footnotes", "obs_comment", "comment_obs", "remark"),
    "unit": ("unit_measure", "unit", "unit_of_measure"),
    "dataset": ("dataset", "dataset_code"),
    "action": ("action",),
    "multiplier": ("unit_mult", "unit_multiplier"),
}
# A code when no better column stands beside it, else a name.
_WEAK = {
    "indicator": ("indicator", "series"),
    "area": ("area", "country", "economy", "member_state", "reference_area", "location", "country_name", "area_name"),
}
_NAMES = {
    "indicator": ("indicator_name", "series_name", "indicator_label", "title"),
    "area": ("country_name", "area_name", "ref_area_label", "area_label"),
}
_DIMENSIONS = {
    "sex": "SEX",
    "gender": "SEX",
    "age": "AGE",
    "age_group": "AGE",
    "urbanisation": "URBANISATION",
    "urbanization": "URBANISATION",
    "residence": "URBANISATION",
    "education_lev": "EDUCATION_LEV",
    "education_level": "EDUCATION_LEV",
    "wealth_quintile": "WEALTH_QUINTILE",
    "disability_status": "DISABILITY_STATUS",
    "occupation": "OCCUPATION",
    "activity": "ACTIVITY",
    "cause_of_death": "CAUSE_OF_DEATH",
    "counterpart_area": "COUNTERPART_AREA",
    "comp_breakdown_1": "COMP_BREAKDOWN_1",
    "comp_breakdown_2": "COMP_BREAKDOWN_2",
    "comp_breakdown_3": "COMP_BREAKDOWN_3",
}
# SDMX columns that say nothing about the value's key or meaning here.
_IGNORED = frozenset(
    {"dataflow", "structure", "structure_id", "structure_name", "freq", "frequency", "decimals", "conf_status"}
    | {"obs_conf", "time_format", "unit_type", "last_update", "data_source", "database_id", "database_name"}
)
REQUIRED = {"indicator": "INDICATOR", "area": "REF_AREA", "period": "TIME_PERIOD", "value": "OBS_VALUE"}


@dataclass(slots=True)
class Mapping:
    """Index of each role's column, -1 where there is none; dimension columns as (index, id)."""

    names: list[str]
    places: dict[str, int] = field(default_factory=dict)
    dimensions: list[tuple[int, str]] = field(default_factory=list)

    def at(self, role: str) -> int:
        return self.places.get(role, -1)


def folded(name: str) -> str:
    """'Series Code', 'series-code' and 'SERIES_CODE: label' are one heading."""
    return re.sub(r"[\s\-.]+", "_", name.partition(":")[0].strip().casefold())


def required_roles(row: list[str]) -> int:
    """How many of the four necessary columns a row names: enough to recognise a tidy table."""
    present = {folded(cell) for cell in row if cell.strip()}
    return sum(bool(present & {*_STRONG[role], *_WEAK.get(role, ())}) for role in REQUIRED)


def map_headings(names: list[str], row: int) -> Mapping:
    """Give each column its role; raise UnreadableFile naming the column that is double, missing or unknown."""
    refuse_duplicates(names, row)
    mapping = Mapping(names)
    keys = [folded(name) for name in names]
    for role, aliases in _STRONG.items():
        _take(mapping, role, [i for i, key in enumerate(keys) if key in aliases], row)
    for role, aliases in _WEAK.items():
        if role not in mapping.places:
            found = [i for i, key in enumerate(keys) if key in aliases]
            by_rank = sorted(found, key=lambda i: aliases.index(keys[i]))
            _take(mapping, role, by_rank[:1], row)
    taken = set(mapping.places.values())
    for index, key in enumerate(keys):
        if index not in taken:
            _place_other(mapping, index, key)
    for role, name in REQUIRED.items():
        if role not in mapping.places:
            hint = f"The column {name} is missing in row {row}."
            raise UnreadableFile("missing_heading", hint, seen=", ".join(names))
    return mapping


def _take(mapping: Mapping, role: str, found: list[int], row: int) -> None:
    if len(found) > 1:
        both = " and ".join(f"'{mapping.names[i]}'" for i in found)
        raise UnreadableFile(
            "duplicate_heading", f"The columns {both} in row {row} mean the same. Keep one.", seen=both
        )
    if found:
        mapping.places[role] = found[0]


def _place_other(mapping: Mapping, index: int, key: str) -> None:
    if key in _DIMENSIONS:
        dimension = _DIMENSIONS[key]
        twin = next((i for i, name in mapping.dimensions if name == dimension), None)
        if twin is not None:
            both = f"'{mapping.names[twin]}' and '{mapping.names[index]}'"
            raise UnreadableFile("duplicate_heading", f"The columns {both} mean the same. Keep one.", seen=both)
        mapping.dimensions.append((index, dimension))
        return
    for role in ("indicator", "area"):
        if key in _NAMES[role] or key in _WEAK[role]:
            mapping.places.setdefault(f"{role}_name", index)
            return
    if key in _IGNORED or key.endswith("_label"):
        return
    name = mapping.names[index]
    raise UnreadableFile(
        "unknown_heading",
        f"The column '{name}' ({column_letters(index)}) is not known. Delete it, or give it a known heading: "
        "INDICATOR, REF_AREA, TIME_PERIOD, OBS_VALUE, OBS_STATUS, SEX, AGE, UNIT_MEASURE, NOTE, DATASET.",
        seen=name,
    )
