"""Acts that are done once, however often a program sends them: a lost answer must not make a second act."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction

from adme.accounts.models import User

from .models import DoneAct


class KeyUsed(Exception):
    """The key stands for another act already. Carries the sentence for the program."""


def do_once(*, by: User, key: str, act: str, do: Callable[[], object]) -> bool:
    """Do it and remember the key, in one transaction; False: it was done before. What `do` raises forgets the key."""
    if _was_done(by, key, act):
        return False
    try:
        with transaction.atomic():
            DoneAct.objects.create(user=by, key=key, act=act)
            do()
    except IntegrityError:
        if _was_done(by, key, act):  # by another request, meanwhile
            return False
        raise
    return True


def _was_done(by: User, key: str, act: str) -> bool:
    done = DoneAct.objects.filter(user=by, key=key).first()
    if done is not None and done.act != act:
        raise KeyUsed(f"The key '{key}' was used for another act: {done.act}. Send a new key for every act.")
    return done is not None
