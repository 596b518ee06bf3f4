"""One signal: series have changed. Sent inside the transaction that changed them; receivers queue work on commit."""

from __future__ import annotations

from collections.abc import Collection

from django.dispatch import Signal

# Arguments: codes (frozenset of series codes), trigger (str, such as 'import batch 12'), actor (str, e-mail).
# A code that ends in '*' means every series whose code begins so: 'TOOL1:*' after a report was approved.
series_changed = Signal()


def concerns(changed: Collection[str], codes: Collection[str]) -> bool:
    """Is one of these series among the changed ones?"""
    beginnings = tuple(code[:-1] for code in changed if code.endswith("*"))
    held = set(changed)
    return any(code in held or (beginnings and code.startswith(beginnings)) for code in codes)
