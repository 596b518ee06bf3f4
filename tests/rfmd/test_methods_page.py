"""docs/methods.md tells the recipes as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from databases_a.rfmd.models import Method
from databases_a.rfmd.progress import ATTENTION_FROM, ON_TRACK_FROM, RULE_VERSION

ROOT = Path(__file__).parents[2]


def least(recipe: dict[str, Any]) -> float:
    rule = recipe["coverage_rule"]
    return rule["min_share"] if "reporting" in rule else rule["min_states"]


def test_every_recipe_has_its_line() -> None:
    lines = [line for line in (ROOT / "docs" / "methods.md").read_text().splitlines() if line.startswith("| ")]
    cells = {line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:]] for line in lines}
    for recipe in json.loads((ROOT / "fixtures" / "rfmd" / "recipes.json").read_text()):
        series, _, carried, coverage, proxy, _ = cells[recipe["leaf"]]
        assert all(f"`{entry['series']}`" in series for entry in recipe["inputs"]), recipe["leaf"]
        assert carried == str(recipe["gap_rule"].get("carry_years", "–")), recipe["leaf"]
        assert (proxy == "yes") is recipe["is_proxy"], recipe["leaf"]
        if recipe["coverage_rule"]:
            assert coverage.startswith(f"{least(recipe) * 100:g} %"), recipe["leaf"]


def test_the_rule_of_progress_is_the_one_in_the_code() -> None:
    text = (ROOT / "docs" / "methods.md").read_text()
    assert f"## Progress, rule {RULE_VERSION}" in text
    assert f"{ON_TRACK_FROM * 100:g} %" in text
    assert f"{ATTENTION_FROM * 100:g} %" in text


def test_every_method_is_told() -> None:
    text = (ROOT / "docs" / "methods.md").read_text()
    words = {"per_100k": "per 100,000", "weighted_mean": "weighted mean"}
    assert all(words.get(method, method) in text for method in Method.values)
