"""What can be wrong with asking for a file."""

from __future__ import annotations


class ProductError(Exception):
    """Base; the message is a sentence for the reader."""


class UnknownProduct(ProductError):
    """No such product, no such format of it, or a parameter that it needs is missing."""


class TooManyFiles(ProductError):
    """The reader has as many files in the making, or asked for as many in the last hour, as one may."""


class NotBuilt(ProductError):
    """The file is not there: still being built, failed, or removed."""
