"""Refusals in the words and numbers of SDMX. `views` turns them into messages of the format that was asked for.

Numbers: SDMX web services guidelines, section on errors (sdmx-twg/sdmx-rest): 100 no results, 110 unauthorised,
140 syntax, 150 semantic, 500 internal, 501 not implemented. Where the interface 2.x has an HTTP status of its own for a
semantic error (422), it is used there; the interface 1.x says 403.
"""

from __future__ import annotations


class SdmxError(Exception):
    """`code` is SDMX's, `status` HTTP's; the sentence says what was seen and what to do."""

    code = 500
    status = 500

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NoResults(SdmxError):
    code, status = 100, 404


class SyntaxFault(SdmxError):
    code, status = 140, 400


class SemanticFault(SdmxError):
    """403 in the interface 1.x, 422 in 2.x: see `views`."""

    code, status = 150, 403


class NotImplementedHere(SdmxError):
    code, status = 501, 501


class NotAcceptable(SdmxError):
    """SDMX has no number for it; below 500 are those of clients."""

    code, status = 406, 406
