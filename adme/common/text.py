"""One way to compare names: `fold` makes 'Côte d'Ivoire', 'COTE D`IVOIRE' and 'Cote dIvoire' the same text."""

from __future__ import annotations

import unicodedata

_APOSTROPHES = frozenset("'’‘ʼ`´ʻ′")
# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


def fold(text: str) -> str:
    """Lower case, without accents, punctuation and invisible characters; words stand one blank apart.

    An apostrophe joins ("People's" is "peoples"), any other mark parts ("Timor-Leste" is "timor leste"), "&" is "and".
    """
    # Apostrophes go first: compatibility form turns some of them into a blank and a mark.
    joined = "".join(character for character in text if character not in _APOSTROPHES)
    plain = unicodedata.normalize("NFKC", joined).casefold().replace("&", " and ").translate(_LETTERS)
    kept: list[str] = []
    for character in unicodedata.normalize("NFKD", plain):
        category = unicodedata.category(character)
        if category[0] in "LN":
            kept.append(character)
        elif category in {"Cf", "Mn", "Me"}:
            continue  # zero-width characters, byte-order marks, accents
        else:
            kept.append(" ")
    return " ".join("".join(kept).split())
