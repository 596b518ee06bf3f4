"""Content security policy of pages with charts: what plotly.js needs beyond the site's policy, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update

# Text markup and heatmaps carry style attributes, and turning a chart into a PNG goes through a blob.
CHART_DIRECTIVES: dict[str, list[str]] = {"img-src": ["blob:"], "style-src-attr": [UNSAFE_INLINE]}


def chart_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view whose page holds charts: `@chart_page`."""
    return csp_update(CHART_DIRECTIVES)(view)
