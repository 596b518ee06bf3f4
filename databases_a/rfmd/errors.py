"""What can go wrong in RFMD. Views turn these into a sentence for the user."""


class RfmdError(Exception):
    """The message is a sentence a person can act on."""


class UnknownLeaf(RfmdError):
    pass


class RecipeFault(RfmdError):
    """A recipe that no formula can carry out."""


class NotAllowedNow(RfmdError):
    """The record, or what was given, does not allow this act. `field` names the input it is about, or is blank."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
