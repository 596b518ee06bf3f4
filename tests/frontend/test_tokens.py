"""The tokens: text reads well on every ground, and the Characteristics stay apart for every kind of eye."""

import itertools
import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parent.parent.parent / "static/css/tokens.css").read_text(encoding="utf-8")
CHARACTERISTICS = [f"characteristic-{letter}" for letter in "abcde"]
SERIES = [f"series-{place}" for place in range(1, 7)]
# Machado, Oliveira and Fernandes 2009, severity 1.
EYES = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def tokens(theme):
    block = re.search(r'\[data-bs-theme="' + theme + r'"\] \{\n  color-scheme(.*?)\n\}', CSS, re.DOTALL)[1]
    return dict(re.findall(r"--adme-([a-z0-9-]+): (#[0-9a-f]{6});", block))


def linear(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one, other):
    weights = (0.2126, 0.7152, 0.0722)
    light, dark = sorted(
        (sum(w * p for w, p in zip(weights, linear(c), strict=True)) for c in (one, other)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def oklab(colour, eye):
    red, green, blue = (max(0, sum(w * p for w, p in zip(row, linear(colour), strict=True))) for row in EYES[eye])
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
    )


def distance(one, other, eye):
    return sum((a - b) ** 2 for a, b in zip(oklab(one, eye), oklab(other, eye), strict=True)) ** 0.5


TEXT = [
    *((name, ground) for name in ("ink", "muted", "accent") for ground in ("paper", "rail", "sunken")),
    *((name, ground) for name in ("good", "attention", "bad") for ground in ("paper", "rail", f"{name}-wash")),
    *((name, ground) for name in CHARACTERISTICS for ground in ("paper", "rail")),
    *((name, "paper") for name in SERIES),
    *(("on-characteristic", name) for name in CHARACTERISTICS),
    *(("ink", f"{name}-wash") for name in ("accent", "good", "attention", "bad")),
    ("accent", "accent-wash"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-demo", "demo"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_has_the_contrast_that_wcag_asks(theme, text, ground):
    values = tokens(theme)

    assert contrast(values[text], values[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_edges_of_controls_can_be_seen(theme):
    values = tokens(theme)

    assert contrast(values["control"], values["paper"]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_name_the_same_colours(theme):
    assert tokens(theme).keys() == tokens("light").keys()


def test_the_characteristics_have_their_agreed_colours():
    values = tokens("light")

    assert [values[name] for name in CHARACTERISTICS] == ["#215ce7", "#7c4e9c", "#3c7141", "#a73908", "#a05a78"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("family", [CHARACTERISTICS, SERIES], ids=["characteristics", "series"])
def test_colours_that_stand_together_stay_apart_for_every_eye(theme, eye, family):
    values = tokens(theme)

    nearest = min(distance(values[a], values[b], eye) for a, b in itertools.combinations(family, 2))

    assert nearest >= 0.055


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sequential_scale_goes_one_way(theme):
    values = tokens(theme)
    steps = [oklab(values[f"scale-{step}"], "all colours")[0] for step in range(1, 8)]

    assert steps == sorted(steps, reverse=theme == "light")
