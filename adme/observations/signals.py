"""One signal: series have changed. Sent inside the transaction that changed them; receivers queue work on commit."""

from django.dispatch import Signal

# Arguments: codes (frozenset of series codes), trigger (str, such as 'import batch 12'), actor (str, e-mail).
series_changed = Signal()
