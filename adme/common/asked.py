"""What the query of an address asks for: short texts by name, cleaned in one way for every page that filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

LONGEST = 80


def asked(given: Mapping[str, str], names: Iterable[str], *, longest: int = LONGEST) -> dict[str, str]:
    """Trimmed and cut to `longest` characters. What cannot be printed is '?', which fits nothing and breaks nothing."""
    found = {name: given.get(name, "").strip()[:longest] for name in names}
    return {name: text if text.isprintable() else "?" for name, text in found.items()}


class Asked:
    """Base of a frozen dataclass whose fields are the filters of a page, each a text, '' when nothing is asked."""

    __slots__ = ()
    longest: ClassVar[int] = LONGEST

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        return cls(**asked(given, cls._names(), longest=cls.longest))

    @classmethod
    def _names(cls) -> list[str]:
        found: Any = fields(cls)  # type: ignore[arg-type]
        return [one.name for one in found]

    @property
    def query(self) -> str:
        """The same filters as part of an address."""
        return urlencode({name: value for name in self._names() if (value := getattr(self, name))})
