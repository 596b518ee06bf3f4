"""Texts that are made from the figures alone. An analyst may write others over them; these never guess."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from adme.common import formatting
from databases_a.rfmd.progress import RULE_IN_WORDS
from databases_a.rfmd.progress import Rating as Rated

from .content import ASEAN, Content, Figure, Leaf, Text

MOVEMENTS = 6
SAME_COVERAGE = 0.1  # shares of reporters that differ by more make two figures incomparable
METHODS: tuple[tuple[str, str], ...] = (
    ("Ratings", RULE_IN_WORDS),
    (
        "Regional figures",
        "An ASEAN figure stands only where enough members report, by number and by population, as the recipe of its "
        "KPI says; otherwise it is withheld (w) and the reason is given. Coverage stands beside each figure.",
    ),
    (
        "Membership",
        "Members are counted by dated membership: ten states until 25 October 2025, eleven since Timor-Leste joined "
        "on 26 October 2025.",
    ),
    ("Missing", "Missing (..) is never counted as zero."),
    (
        "Wording",
        "Titles marked provisional or topic-known are working titles until the official list of indicators is loaded.",
    ),
    ("Proxy", "A proxy stands in for something that is not measured yet; it is marked as such."),
)


def with_automatic(content: Content) -> Content:
    """The content with all automatic texts."""
    texts = [
        *(
            Text(f"headline.{item.code}", f"{item.code} {item.title}", _headline(content, item.code), True)
            for item in content.of_tier("characteristic")
        ),
        Text("movements", "Key movements", _movements(content), True),
        Text("tools", "Tool 1 and Tool 2", _tools(content), True),
        Text("gaps", "Gaps", _gaps(content), True),
    ]
    return replace(content, texts=tuple(text for text in texts if text.text))


def change_of(content: Content, leaf: Leaf, area: str = ASEAN) -> tuple[Figure, Figure] | None:
    """The newest figure and the one before it, oldest first; None where there are no two."""
    shown = [figure for figure in content.series(leaf.code, area) if figure.value is not None]
    return (shown[-2], shown[-1]) if len(shown) >= 2 else None


def comparable(before: Figure, after: Figure) -> str:
    """Why the two must not be told as a change; '' where they may. A jump made by who reported is no movement."""
    if "B" in (before.obs_status, after.obs_status):
        return "break in the series"
    if before.recipe_version != after.recipe_version:
        return "method changed"
    shares = [
        (figure.states_reporting or 0) / figure.states_expected for figure in (before, after) if figure.states_expected
    ]
    if len(shares) == 2 and abs(shares[0] - shares[1]) > SAME_COVERAGE:
        return f"coverage differs: {coverage_text(before)}, then {coverage_text(after)}"
    return ""


def coverage_text(figure: Figure) -> str:
    """'9 of 10 states'; '' where the figure is not regional."""
    if not figure.states_expected:
        return ""
    return f"{figure.states_reporting or 0} of {figure.states_expected} {figure.coverage_of}"


def value_text(leaf: Leaf, figure: Figure | None) -> str:
    """The value as shown, without unit: '..' where there is none, 'w' where it is withheld."""
    if figure is None:
        return ".."
    return "w" if figure.value is None else formatting.number(figure.value, leaf.decimals)


def _headline(content: Content, characteristic: str) -> str:
    leaves = content.leaves_of(characteristic=characteristic)
    if not leaves:
        return ""
    current = sum(leaf.state_of_data == "current" for leaf in leaves)
    older = sum(leaf.state_of_data == "older" for leaf in leaves)
    rated = Counter(told.rating for leaf in leaves if (told := content.rating(leaf.code)))
    sentences = [
        f"{current} of {len(leaves)} KPI leaves have a figure of {content.first_current_year} or later"
        + (f", {older} an older one" if older else "")
        + f", {len(leaves) - current - older} none.",
        f"Against their targets {rated[Rated.ON_TRACK]} are on track, {rated[Rated.ATTENTION]} need attention, "
        f"{rated[Rated.OFF_TRACK]} are off track; {rated[Rated.NONE]} have no rating.",
    ]
    return " ".join(sentences)


def _movements(content: Content) -> str:
    found = []
    for leaf in content.leaves:
        pair = change_of(content, leaf)
        if pair is None or leaf.state_of_data != "current":
            continue
        before, after = pair
        if before.value and after.value is not None and not comparable(before, after):
            found.append((abs((after.value - before.value) / before.value), leaf, before, after))
    found.sort(key=lambda one: (-one[0], one[1].code))
    return "\n\n".join(
        f"KPI {leaf.code}, {leaf.title}: {value_text(leaf, before)} in {before.period_text}, "
        f"{value_text(leaf, after)} in {after.period_text} ({leaf.unit}; {coverage_text(after)})."
        for _, leaf, before, after in found[:MOVEMENTS]
    )


def _tools(content: Content) -> str:
    sentences = []
    for key, what in (("tool1.figures", "Tool 1"), ("tool2.figures", "Tool 2")):
        table = content.table(key)
        if table is not None:
            told = "; ".join(f"{str(row[0]).lower()} {'..' if row[1] is None else row[1]}" for row in table.rows[:4])
            sentences.append(f"{table.title}: {told} ({table.coverage}).")
        else:
            sentences.append(f"{what}: no approved report yet.")
    return " ".join(sentences)


def _gaps(content: Content) -> str:
    without = [leaf for leaf in content.leaves if leaf.state_of_data == "none"]
    if not without:
        return "Every KPI leaf has a figure."
    causes = Counter(leaf.source_type for leaf in without)
    told = ", ".join(f"{number} of type {cause}" for cause, number in sorted(causes.items()))
    return f"{len(without)} of {len(content.leaves)} KPI leaves have no figure: {told}."
