"""What the World Bank's formats have in common: names of products, companion files with metadata, footnotes, dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from adme.ingest.problems import Report, UnreadableFile
from databases_b.readers.base import FileFacts, IndicatorFacts
from databases_b.readers.package import Package
from databases_b.readers.periods import undecorated
from databases_b.readers.wide import Columns, Footnotes

COLUMNS = Columns("Country Name", "Country Code", "Indicator Name", "Indicator Code")

# Product as the files name it -> (dataset code, title).
_PRODUCTS = {
    "world development indicators": ("WB_WDI", "World Development Indicators"),
    "environment social and governance (esg) data": ("WB_ESG", "Environment, Social and Governance Data"),
    "environment, social and governance data": ("WB_ESG", "Environment, Social and Governance Data"),
    "environment, social and governance (esg) data": ("WB_ESG", "Environment, Social and Governance Data"),
    "sovereign environmental, social, and governance (esg) data": ("WB_ESG", "Environment, Social and Governance Data"),
    "gender statistics": ("WB_GENDER", "Gender Statistics"),
    "poverty and equity": ("WB_POVERTY", "Poverty and Equity"),
    "education statistics": ("WB_EDSTATS", "Education Statistics"),
    "health nutrition and population statistics": ("WB_HNP", "Health Nutrition and Population Statistics"),
}
# Beginning of the file names in a bulk package -> product.
_BULK_PREFIXES = {
    "wdi": "world development indicators",
    "esg": "environment, social and governance data",
    "gender_stats": "gender statistics",
    "gender": "gender statistics",
    "povstats": "poverty and equity",
    "edstats": "education statistics",
    "hnp_stats": "health nutrition and population statistics",
}

# Heading in a metadata file (folded) -> field of IndicatorFacts. The first that has text wins.
_FACT_HEADINGS = {
    "title": ("indicator name", "indicator_name", "series name"),
    "topic": ("topic",),
    "definition": ("long definition", "source_note", "short definition"),
    "unit": ("unit of measure",),
    "source": ("source", "source_organization"),
    "method": ("statistical concept and methodology",),
    "coverage": ("notes from original source", "general comments", "other notes"),
    "limitations": ("limitations and exceptions",),
    "frequency": ("periodicity",),
    "aggregation_method": ("aggregation method",),
    "licence": ("license type",),
}
_CODE_HEADINGS = ("series code", "indicator_code", "indicator code", "code")
_UNIT_IN_TITLE = re.compile(
    r"\((?:modeled estimate, )?"
    r"((?:%|per |years?\b|births per|new registrations per|number of|constant |current |metric tons|kilograms"
    r"|micrograms|days|hectares|sq\. km|kg |kt |cubic )[^()]*(?:\([^()]*\)[^()]*)?)\)"
)
_ONLY_PERCENT = frozenset({"", "%", "percent", "percentage"})


def product(text: str) -> tuple[str, str]:
    """(dataset code, title) of a product as a file names it; ('', the text) where it is unknown."""
    bare = text.strip()
    return _PRODUCTS.get(bare.casefold(), ("", bare))


def product_of_bulk(file_name: str) -> tuple[str, str]:
    stem = file_name.rpartition(".")[0].casefold()
    for prefix, name in sorted(_BULK_PREFIXES.items(), key=lambda item: -len(item[0])):
        if stem.startswith(prefix):
            return _PRODUCTS[name]
    return "", ""


def parse_date(text: str) -> date | None:
    """'2026-07-13' or '01/28/2025' (month first, as the World Bank writes)."""
    for pattern in ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def indicator_facts(rows: Iterable[list[str]]) -> dict[str, IndicatorFacts]:
    """Facts from a Series or Metadata_Indicator file or a 'Series - Metadata' sheet; other columns are ignored."""
    iterator = iter(rows)
    heading = [cell.strip().casefold() for cell in next(iterator, [])]
    code_at = next((heading.index(name) for name in _CODE_HEADINGS if name in heading), None)
    if code_at is None:
        return {}
    places = {
        name: [heading.index(alias) for alias in aliases if alias in heading]
        for name, aliases in _FACT_HEADINGS.items()
    }
    found: dict[str, IndicatorFacts] = {}
    for row in iterator:
        if len(row) <= code_at or not row[code_at].strip():
            continue
        code = row[code_at].strip()
        texts = {
            name: next((row[at].strip() for at in where if at < len(row) and row[at].strip()), "")
            for name, where in places.items()
        }
        texts["licence"] = texts["licence"].replace("CC BY-4.0", "CC BY 4.0")
        if texts["unit"].casefold() in _ONLY_PERCENT:  # the title says of what
            texts["unit"] = unit_in(texts["title"]) or texts["unit"]
        found[code] = IndicatorFacts(code=code, **texts)  # type: ignore[arg-type]
    return found


def unit_in(title: str) -> str:
    """'Access to electricity (% of population)' -> '% of population'; '' where the title names no unit."""
    match = _UNIT_IN_TITLE.search(title)
    return match[1].strip() if match else ""


def complete(facts: FileFacts) -> None:
    """Fill what follows from the format itself: unit from the title, link, citation, date of release."""
    for code, one in facts.indicators.items():
        one.unit = one.unit or unit_in(one.title)
        one.release_date = one.release_date or facts.release_date
        if facts.dataset == "WB_WDI":
            one.link = one.link or f"https://data.worldbank.org/indicator/{code}"
        if facts.dataset and not one.citation:
            updated = f", last updated {one.release_date.isoformat()}" if one.release_date else ""
            one.citation = f"World Bank, {facts.dataset_title} ({code}){updated}."


def companion(package: Package, *endings: str) -> str | None:
    """Name of the companion file with one of these endings (folded, without .csv), or None."""
    for name in package.names:
        stem = name.rpartition(".")[0].casefold()
        if any(stem.endswith(ending) for ending in endings):
            return name
    return None


def companion_rows(package: Package, name: str | None, report: Report) -> Iterator[list[str]]:
    """Rows of a companion; a companion that cannot be read is a warning, for the figures stand without it."""
    if name is None:
        return
    try:
        yield from package.table(name).rows()
    except UnreadableFile as error:
        report.warning("companion_unreadable", f"{name} was left out: {error.issue.hint}", seen=error.issue.seen)


def read_footnotes(rows: Iterator[list[str]]) -> Footnotes:
    """CountryCode, SeriesCode, Year, DESCRIPTION. The real file has over half a million rows: nested, and each text
    kept once."""
    found: Footnotes = {}
    texts: dict[str, str] = {}
    next(rows, None)
    for row in rows:
        if len(row) >= 4 and row[3].strip():
            text = row[3].strip()
            by_period = found.setdefault((row[0].strip(), row[1].strip()), {})
            period = undecorated(row[2])
            note = texts.setdefault(text, text)
            earlier = by_period.get(period)
            by_period[period] = f"{earlier} {note}" if earlier and note not in earlier else note
    return found


def keyed_notes(rows: Iterator[list[str]], *, period: bool = False) -> dict[tuple[str, str], str]:
    """Country-Series: (area, indicator) -> note. Series-Time, with `period`: (indicator, period) -> note."""
    next(rows, None)
    return {
        (row[0].strip(), undecorated(row[1]) if period else row[1].strip()): row[2].strip()
        for row in rows
        if len(row) >= 3 and row[2].strip()
    }
