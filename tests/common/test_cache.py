"""The cache may be away: nothing listens on the port used here."""

import pytest

from adme.common.cache import ForgivingRedisCache


@pytest.fixture
def cache():
    """A Redis that is down: port 1 refuses at once."""
    return ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})


def test_reads_find_nothing_and_writes_are_lost(cache):
    cache.set("key", "value")
    assert cache.get("key") is None
    assert cache.get("key", "other") == "other"
    assert cache.get_many(["key"]) == {}
    assert "key" not in cache
    assert cache.delete("key") is False
    assert cache.incr("count") == 1


def test_what_is_computed_still_comes(cache):
    assert cache.get_or_set("key", lambda: 42) == 42
