"""Redis as a cache that may be away: pages then do their work anew instead of failing.

Only the cache forgives. Jobs wait in the database until Redis is back; limits of logins count nothing meanwhile, which
is logged, since an official who can work is worth more than a limit during an outage.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _forgiving(name: str, without: Callable[..., Any]) -> Callable[..., Any]:
    """The method of RedisCache, or what `without(*args, **kwargs)` gives while Redis does not answer."""

    def method(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(super(ForgivingRedisCache, self), name)(*args, **kwargs)
        except RedisError as error:
            logger.warning("cache.%s without Redis: %s", name, error)
            return without(*args, **kwargs)

    method.__name__ = name
    return method


def _default(key: Any, default: Any = None, *args: Any, **kwargs: Any) -> Any:
    return default


class ForgivingRedisCache(RedisCache):
    """Reads find nothing and writes are lost while Redis is away."""

    get = _forgiving("get", _default)
    get_many = _forgiving("get_many", lambda *args, **kwargs: {})
    has_key = _forgiving("has_key", lambda *args, **kwargs: False)
    add = _forgiving("add", lambda *args, **kwargs: True)
    set = _forgiving("set", lambda *args, **kwargs: None)
    set_many = _forgiving("set_many", lambda *args, **kwargs: [])
    touch = _forgiving("touch", lambda *args, **kwargs: False)
    delete = _forgiving("delete", lambda *args, **kwargs: False)
    delete_many = _forgiving("delete_many", lambda *args, **kwargs: None)
    incr = _forgiving("incr", lambda key, delta=1, *args, **kwargs: delta)
    clear = _forgiving("clear", lambda *args, **kwargs: None)
