"""What can go wrong in RFMD. Views turn these into a sentence for the user."""


class RfmdError(Exception):
    """The message is a sentence a person can act on."""


class UnknownLeaf(RfmdError):
    pass


class RecipeFault(RfmdError):
    """A recipe that no formula can carry out."""


class NotAllowedNow(RfmdError):
    """The state of the record does not allow this act."""
