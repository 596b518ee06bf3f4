"""What other packages hear of editions. Both are sent inside the transaction, with `edition` and, where a person acted,
`by`: receivers enqueue jobs or write rows, and do nothing that cannot be taken back."""

from __future__ import annotations

from django.dispatch import Signal

edition_published = Signal()  # frozen and numbered; readers see it once the embargo is over
edition_released = Signal()  # readers may see it now
