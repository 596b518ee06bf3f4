"""The importer of the tests of Database B, and files of their own for each test."""

from tests.databases_b.conftest import _own_media, send, store, undo

__all__ = ["_own_media", "send", "store", "undo"]
