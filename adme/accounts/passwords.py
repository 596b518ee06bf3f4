"""Passwords must not be made of words that belong to this place."""


class ContextWordValidator:
    def validate(self, password, user=None):
        return None

    def get_help_text(self):
        return ""
