"""Rules of accounts that can be broken, each with the field it concerns and a sentence for the user."""

from __future__ import annotations


class AccountRuleError(Exception):
    """A rule refused the act. `field` names the form field the sentence belongs beside; empty for the whole form."""

    field = ""
    sentence = ""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class EmailTaken(AccountRuleError):
    field = "email"
    sentence = "There is already a user with this e-mail address."


class ScopeDoesNotFit(AccountRuleError):
    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class AlreadyAssigned(AccountRuleError):
    field = "role"
    sentence = "The user already has this role with this scope."


class OwnAssignments(AccountRuleError):
    sentence = "Nobody changes their own roles or status. Ask another administrator."


class LastAdministrator(AccountRuleError):
    sentence = "This is the last active administrator. Give the role to another active user first."


class InactiveUser(AccountRuleError):
    sentence = "The account is not active. Activate it first."
