"""Writes of RFMD: runs of aggregation, survey entries, targets and baselines."""

from .benchmarks import set_baseline, set_target
from .runs import aggregate, enqueue_aggregation
from .surveys import correct_survey_entry, enter_survey

__all__ = [
    "aggregate",
    "correct_survey_entry",
    "enqueue_aggregation",
    "enter_survey",
    "set_baseline",
    "set_target",
]
