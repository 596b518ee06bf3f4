"""Told inside the transaction that changes reference data: pages computed from names or memberships are stale then."""

from django.dispatch import Signal

# Sent with `actor`. Receivers above this package drop what they keep computed.
reference_changed = Signal()
