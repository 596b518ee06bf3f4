"""The concepts of ADME's structures. Ids are those of the SDMX cross-domain concepts where there is one.

Source: SDMX content-oriented guidelines, cross-domain concepts. The others (coverage of a regional figure, its recipe,
the mark of demonstration data, data version and edition) are ADME's own.
"""

from __future__ import annotations

from adme.exports.sdmx.structures import Item, Kind, Ref, Scheme

AGENCY = "ADME"
AGENCY_NAME = "ASEAN Socio-Cultural Community Database for Monitoring and Evaluation"
VERSION = "1.0"
CONCEPT_SCHEME = Ref(Kind.CONCEPT_SCHEME, AGENCY, "CS_ADME", VERSION)

CONCEPTS = {
    "FREQ": ("Frequency", "How often the value is given: A annual, S half-yearly, Q quarterly, M monthly."),
    "REF_AREA": ("Reference area", "Country or group of countries that the value is about."),
    "INDICATOR": ("Indicator", "What is measured: a KPI, an indicator of Database B, a statistic of Database C."),
    "SEX": ("Sex", "Sex of the persons counted; _T: all."),
    "AGE": ("Age", "Age of the persons counted; _T: all."),
    "URBANISATION": ("Urban or rural", "Kind of place; _T: both."),
    "COMPOSITE_BREAKDOWN": ("Other breakdowns", "All further dimensions of the value in one code; _T: none."),
    "TIME_PERIOD": ("Time period", "Period that the value is about: 2025, 2025-S1, 2025-Q3, 2025-07."),
    "OBS_VALUE": ("Observation value", "The value. Absent where there is none; missing is never zero."),
    "OBS_STATUS": ("Observation status", "What is to be known of the value, or why there is none."),
    "CONF_STATUS": ("Confidentiality status", "F: free. C, D: suppressed, so that there is no value."),
    "UNIT_MEASURE": ("Unit of measure", "Unit of the value."),
    "UNIT_MULT": ("Unit multiplier", "Power of ten by which the value is to be multiplied; always 0 here."),
    "DECIMALS": ("Decimals", "Decimal places with which the value is shown."),
    "COMMENT_OBS": ("Comment on the observation", "Note of the source, or why a regional value is withheld."),
    "COVERAGE_OF": ("Coverage counts", "Whom STATES_REPORTING and STATES_EXPECTED count: states, or sectoral bodies."),
    "STATES_REPORTING": ("States reporting", "How many stand behind a regional value."),
    "STATES_EXPECTED": ("States expected", "How many should."),
    "STATES_CARRIED": ("States carried", "How many of those reporting stand with a value of an earlier period."),
    "POPULATION_SHARE": ("Share of population", "Share of the members' population that is covered, 0 to 1."),
    "RECIPE_VERSION": ("Version of the recipe", "Version of the rule by which the value was computed."),
    "DEMONSTRATION": ("Demonstration data", "Y: made up to show how ADME works. Do not cite."),
    "DATA_VERSION": ("Data version", "State of ADME's data that the file shows; counts up with every change."),
    "EDITION": ("Edition", "Published edition that the figures were frozen for."),
}


_TYPES = {
    "TIME_PERIOD": "ObservationalTimePeriod", "OBS_VALUE": "Double", "POPULATION_SHARE": "Double",
    "DECIMALS": "Integer", "STATES_REPORTING": "Integer", "STATES_EXPECTED": "Integer", "STATES_CARRIED": "Integer",
    "RECIPE_VERSION": "Integer", "DATA_VERSION": "Integer",
}  # fmt: skip


def concept_scheme() -> Scheme:
    items = tuple(
        Item(code, name, text, text_type=_TYPES.get(code, "String")) for code, (name, text) in CONCEPTS.items()
    )
    return Scheme(
        kind=Kind.CONCEPT_SCHEME, id=CONCEPT_SCHEME.id, agency=AGENCY, version=VERSION, name="Concepts of ADME",
        description="Ids of SDMX cross-domain concepts where there is one, and ADME's own.", items=items,
    )  # fmt: skip


def names() -> dict[str, str]:
    return {code: name for code, (name, _) in CONCEPTS.items()}
