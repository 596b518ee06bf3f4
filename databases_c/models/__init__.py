from .comparisons import Candidate, Concept, SourceReview
from .sets import TOOL_PREFIX, RecordSet, SetVersion
from .statistics import (
    DATASET,
    Compilation,
    MetadataText,
    RecipeVersion,
    Statistic,
    StatisticObservation,
    StatisticSeries,
)
from .submissions import Channel, Finding, FindingComment, Recheck, Submission, Verdict

__all__ = [
    "DATASET",
    "TOOL_PREFIX",
    "Candidate",
    "Channel",
    "Compilation",
    "Concept",
    "Finding",
    "FindingComment",
    "MetadataText",
    "Recheck",
    "RecipeVersion",
    "RecordSet",
    "SetVersion",
    "SourceReview",
    "Statistic",
    "StatisticObservation",
    "StatisticSeries",
    "Submission",
    "Verdict",
]
