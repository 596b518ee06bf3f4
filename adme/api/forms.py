"""The one form of the API's own page."""

from django import forms


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=80, label="What is it for?", help_text="For example: monthly R script. You see this in your list."
    )
