"""What can go wrong with subscriptions; the sentences are for people."""


class NotWatchable(Exception):
    """There is no such thing, or this person may not read it."""


class NotReachable(Exception):
    """An address that must not or could not be reached, or an answer that is no success."""


class DeliveryFailed(Exception):
    """An attempt failed and another one follows."""
