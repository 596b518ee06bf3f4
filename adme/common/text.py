"""One way to compare names: `fold` makes 'Côte d'Ivoire', 'COTE D`IVOIRE' and 'Cote dIvoire' the same text."""

from __future__ import annotations

import unicodedata

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´ʻ′"))
# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


class _Kept(dict[int, str | None]):
    """What becomes of a character, looked up once: a letter or digit stays, a mark goes, anything else parts words."""

    def __missing__(self, code: int) -> str | None:
        category = unicodedata.category(chr(code))
        if category[0] in "LN":
            found: str | None = chr(code)
        else:
            # zero-width characters, byte-order marks, accents
            found = None if category in {"Cf", "Mn", "Me"} else " "
        self[code] = found
        return found


_KEPT = _Kept()


def fold(text: str) -> str:
    """Lower case, without accents, punctuation and invisible characters; words stand one blank apart.

    An apostrophe joins ("People's" is "peoples"), any other mark parts ("Timor-Leste" is "timor leste"), "&" is "and".
    """
    # Apostrophes go first: compatibility form turns some of them into a blank and a mark.
    joined = text.translate(_APOSTROPHES)
    plain = unicodedata.normalize("NFKC", joined).casefold().replace("&", " and ").translate(_LETTERS)
    return " ".join(unicodedata.normalize("NFKD", plain).translate(_KEPT).split())
