"""What happens to editions, for packages above: files are made at publication, subscribers are told at release."""

from django.dispatch import Signal

# sender=Edition, edition=..., by=User; inside the transaction of the publication. Readers may not see it yet.
edition_published = Signal()
# sender=Edition, edition=..., now=datetime; inside the transaction that marks it as announced, after any embargo.
edition_released = Signal()
