"""Observation status (SDMX CL_OBS_STATUS): letters as the code list has them, words in Python."""

from django.db import models


class ObsStatus(models.TextChoices):
    NORMAL = "A", "normal"
    BREAK = "B", "break in series"
    DEFINITION_DIFFERS = "D", "definition differs"
    ESTIMATED = "E", "estimated"
    FORECAST = "F", "forecast"
    EXPERIMENTAL = "G", "experimental"
    IMPUTED = "I", "imputed"
    NOT_COLLECTED = "L", "exists but was not collected"
    NOT_APPLICABLE = "M", "cannot exist"
    NOT_SIGNIFICANT = "N", "not significant"
    MISSING = "O", "missing"
    PROVISIONAL = "P", "provisional"
    SUPPRESSED = "Q", "suppressed"
    LOW_RELIABILITY = "U", "low reliability"
    UNVALIDATED = "V", "not validated"


# An observation with one of these has no value; with any other it must have one.
WITHOUT_VALUE = frozenset({ObsStatus.NOT_COLLECTED, ObsStatus.NOT_APPLICABLE, ObsStatus.MISSING, ObsStatus.SUPPRESSED})
