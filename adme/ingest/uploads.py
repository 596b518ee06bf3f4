"""The limit of uploads stands in adme.common, for packages that do not import; importers know it by this name."""

from adme.common.uploads import DRAIN_FACTOR, DRAIN_SECONDS, FORM_ALLOWANCE, READ, LimitedUpload

__all__ = ["DRAIN_FACTOR", "DRAIN_SECONDS", "FORM_ALLOWANCE", "READ", "LimitedUpload"]
