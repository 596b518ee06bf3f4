"""Full text over facts, on PostgreSQL (tsvector) and SQLite (FTS5). What people type never becomes query syntax.

Words are folded (case, accents and punctuation go), so only letters and digits reach the database, and as parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, FloatField, Q
from django.db.models.expressions import RawSQL

from adme.common.text import fold

MOST_WORDS, LONGEST_WORD = 12, 40


def words_of(text: str) -> list[str]:
    """What is searched for: at most twelve words of letters and digits."""
    return [word[:LONGEST_WORD] for word in fold(text).split()[:MOST_WORDS]]


@contextmanager
def by_index() -> Iterator[None]:
    """PostgreSQL keeps to its indexes for the statements within.

    The planner prices a scan of the whole table without the cost of unpacking every stored tsvector, and so would
    prefer it for words that many activities hold.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = DEFAULT")


def matching(facts: Any, text: str) -> Any:
    """Facts that hold all words, as stems or as written, the last one also as a beginning. Annotates `rank`."""
    words = words_of(text)
    if not words:
        return facts.none()
    return _postgresql(facts, words) if connection.vendor == "postgresql" else _sqlite(facts, words)


def holding_any(facts: Any, words: Sequence[str], limit: int) -> Any:
    """The facts nearest to any of these (folded) words, nearest first: candidates to be compared one by one."""
    if not words:
        return facts.none()
    if connection.vendor == "postgresql":
        query = " || ".join(["to_tsquery('english', %s)"] * len(words))
        params = [f"'{word}'" for word in words]
        found = facts.filter(_matches(query, params)).annotate(rank=_rank(query, params))
    else:
        query = " OR ".join(f'"{word}"' for word in words)
        found = facts.filter(pk__in=_rowids(query)).annotate(rank=_bm25(query))
    return found.order_by("-rank", "-pk")[:limit]


def _postgresql(facts: Any, words: list[str]) -> Any:
    each, params = [], []
    for place, word in enumerate(words, 1):
        each.append("(to_tsquery('english', %s) || to_tsquery('simple', %s))")
        params += [f"'{word}'", f"'{word}':*" if place == len(words) else f"'{word}'"]
    query = " && ".join(each)
    return facts.filter(_matches(query, params)).annotate(rank=_rank(query, params))


def _matches(query: str, params: list[str]) -> RawSQL:
    return RawSQL(f"search_vector @@ ({query})", params, output_field=BooleanField())  # noqa: S611


def _rank(query: str, params: list[str]) -> RawSQL:
    return RawSQL(f"ts_rank(search_vector, ({query}))", params, output_field=FloatField())  # noqa: S611


def _sqlite(facts: Any, words: list[str]) -> Any:
    every = " AND ".join(f'"{word}"' for word in words)
    begun = Q(search_text__contains=f" {words[-1]}") | Q(search_text__startswith=words[-1])
    if words[:-1]:
        begun &= Q(pk__in=_rowids(" AND ".join(f'"{word}"' for word in words[:-1])))
    return facts.filter(Q(pk__in=_rowids(every)) | begun).annotate(rank=_bm25(every))


def _rowids(query: str) -> RawSQL:
    return RawSQL("SELECT rowid FROM tool1_factwords WHERE tool1_factwords MATCH %s", [query])


def _bm25(query: str) -> RawSQL:
    """Relevance of the row, titles counting four times; 0 where only the beginning of a word fits."""
    sql = """coalesce((SELECT -bm25(tool1_factwords, 4.0, 1.0) FROM tool1_factwords
        WHERE tool1_factwords MATCH %s AND tool1_factwords.rowid = "tool1_activityfact"."id"), 0)"""
    return RawSQL(sql, [query], output_field=FloatField())  # noqa: S611
