"""Documents tell the truth about the project: links lead somewhere, named things exist, generated parts are current."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import Resolver404, resolve

from adme.ingest.problems import Report
from adme.observations.status import WITHOUT_VALUE, ObsStatus
from databases_b import readers
from databases_b.readers.base import SourceFile
from databases_b.readers.headings import map_headings

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LARGEST_PICTURE = 150_000
BEGINNINGS = {"/api/v1/", "/api/sdmx/", "/api/sdmx/v2/"}
ROLES = {"INDICATOR": "indicator", "REF_AREA": "area", "TIME_PERIOD": "period", "OBS_VALUE": "value",
         "OBS_STATUS": "status", "NOTE": "note", "UNIT_MEASURE": "unit", "DATASET": "dataset"}  # fmt: skip
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _anchors(path: Path) -> set[str]:
    """As GitHub makes them: folded, without punctuation, blanks as dashes."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", _text(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def _code(path: Path) -> str:
    """Everything in a document that is meant to be typed or is a name."""
    text = _text(path)
    return "\n".join([*(body for _, body in _FENCE.findall(text)), *_CODE.findall(_FENCE.sub("", text))])


def _links(path: Path) -> Iterator[tuple[str, str]]:
    for link in _LINK.findall(_FENCE.sub("", _text(path))):
        if not re.match(r"https?://|mailto:", link):
            target, _, anchor = link.partition("#")
            yield target, anchor


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_links_inside_the_project_lead_somewhere(path: Path) -> None:
    broken = []
    for target, anchor in _links(path):
        there = (path.parent / target).resolve() if target else path
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in _anchors(there)):
            broken.append(f"{target}#{anchor}" if anchor else target)
    assert not broken


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_named_make_targets_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|[\s;&])make ([a-z][a-z-]*)", _code(path), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_named_commands_and_their_options_exist(path: Path) -> None:
    missing = []
    for name, rest in re.findall(r"manage\.py ([a-z_]+)([^\n#]*)", _code(path)):
        if name not in get_commands():
            missing.append(name)
            continue
        parser = _command(name).create_parser("manage.py", name)
        known = {option for action in parser._actions for option in action.option_strings}
        missing += [f"{name} {option}" for option in re.findall(r"--[a-z-]+", rest) if option not in known]
    assert not missing


def _command(name: str):  # type: ignore[no-untyped-def]
    app = get_commands()[name]
    return load_command_class(app, name) if isinstance(app, str) else app


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_named_files_exist(path: Path) -> None:
    top = "adme|databases_a|databases_b|dashboards|docs|fixtures|scripts|static|templates|tests|benchmarks|requirements"
    named = re.findall(rf"(?:^|\s)((?:{top})/[\w./-]*\w(?:/(?=\s|$))?)", _code(path), re.MULTILINE)
    assert not [name for name in named if not (ROOT / name).exists()]


def test_every_own_command_stands_in_operations() -> None:
    own = {
        name for name, app in get_commands().items() if isinstance(app, str) and app.startswith(("adme", "databases"))
    }
    told = set(re.findall(r"`([a-z_]+)`", _text(ROOT / "docs" / "operations.md")))
    assert own <= told


def test_every_environment_variable_stands_in_operations() -> None:
    example = re.findall(r"^#? ?([A-Z_]+)=", _text(ROOT / ".env.example"), re.MULTILINE)
    told = set(re.findall(r"`([A-Z_]+)`", _text(ROOT / "docs" / "operations.md")))
    assert len(example) > 10
    assert not set(example) - told


def test_the_data_dictionary_is_current() -> None:
    found = _script("data_dictionary").document()
    assert _text(ROOT / "docs" / "data-dictionary.md") == found, "run: python scripts/data_dictionary.py"


def test_the_table_of_problem_codes_is_current() -> None:
    current = _text(ROOT / "docs" / "import-formats.md")
    assert _script("problem_codes").document(current) == current, "run: python scripts/problem_codes.py"


def test_a_problem_is_found_with_the_hint_put_together_before_the_call() -> None:
    source = """
DAMAGED = "The file is damaged."
def check(report, row):
    if row > 9:
        raise UnreadableFile("damaged", DAMAGED)
    hint = f"Row {row} is too short."
    report.warning("short_row", hint, row=row)
    report.add(Issue(code="odd", hint="It is" + " odd.", severity="note"))
    report.error(code, "not written out")
"""
    found = {(one.code, one.severity, one.hint) for one in _script("problem_codes").found_in(source)}
    assert found == {
        ("damaged", "file", "The file is damaged."),
        ("short_row", "warning", "Row … is too short."),
        ("odd", "note", "It is odd."),
    }


def test_examples_of_formats_are_read_by_the_reader_they_stand_under(tmp_path: Path) -> None:
    sections = re.split(r"^## ", _text(ROOT / "docs" / "import-formats.md"), flags=re.MULTILINE)
    tried = set()
    for section in sections:
        named = re.match(r"[^\n]*\(`(\w+)`\)", section)
        for number, (_, body) in enumerate(one for one in _FENCE.findall(section) if one[0] == "csv"):
            assert named is not None
            path = tmp_path / f"{named[1]}{number}.csv"
            path.write_text(body, encoding="utf-8")
            source, report = SourceFile(path=path, name=path.name), Report()
            reader = readers.detect(source)
            _, cells = reader.open(source, report)
            assert (reader.name, bool(list(cells)), report.issues) == (named[1], True, [])
            tried.add(named[1])
    assert tried == {reader.name for reader in readers.all_readers()}


def test_aliases_of_tidy_columns_are_understood() -> None:
    """Each alias in the table of columns is put in the place of its column."""
    text = _text(ROOT / "docs" / "import-formats.md")
    rows = re.findall(rf"^\| ({'|'.join(ROLES)}) \|[^|]*\| ([^|]+) \|$", text, re.MULTILINE)
    assert len(rows) == len(ROLES)
    for column, aliases in rows:
        for alias in re.sub(r"\. .*", "", aliases).split(", "):
            headings = ["INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE"]
            at = headings.index(column) if column in headings else len(headings)
            headings[at : at + 1] = [alias]
            assert map_headings(headings, 1).at(ROLES[column]) == at, alias


def test_the_list_of_statuses_is_that_of_the_code() -> None:
    rows = re.findall(
        r"^\| ([A-Z]) \| ([^|]+) \| (needed|none)", _text(ROOT / "docs" / "import-formats.md"), re.MULTILINE
    )
    assert {letter: need == "none" for letter, _, need in rows} == {
        one.value: one in WITHOUT_VALUE for one in ObsStatus
    }


def test_addresses_of_the_api_and_the_pages_exist() -> None:
    broken = []
    for path in DOCUMENTS:
        for address in re.findall(
            r"(?:^|[\s(`])(/(?:api|dashboards|kpis|operator-admin|healthz|readyz)[^\s`?|)]*)", _code(path)
        ):
            if address in BEGINNINGS or "{" in address:  # of many addresses, or a pattern of them
                continue
            try:
                resolve(address)
            except Resolver404:
                broken.append(f"{_name(path)}: {address}")
    assert not broken


def test_python_examples_are_python() -> None:
    for path in DOCUMENTS:
        for language, body in _FENCE.findall(_text(path)):
            if language == "python":
                ast.parse(body)


def test_pictures_of_the_guides_are_small_and_shown() -> None:
    shown = {(path.parent / target).resolve() for path in DOCUMENTS for target, _ in _links(path)}
    pictures = sorted((ROOT / "docs" / "guide" / "img").glob("*"))
    assert pictures
    for picture in pictures:
        assert picture.suffix == ".png"
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name
        assert picture.resolve() in shown, f"{picture.name} stands in no document"
