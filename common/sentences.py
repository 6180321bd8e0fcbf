"""The sentences with which every form refuses, said once: what to write, in our words."""

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

FIELDS: dict[type[forms.Field], dict[str, object]] = {
    forms.Field: {"required": _("Fill this in.")},
    forms.IntegerField: {"invalid": _("Write a whole number.")},
    forms.DecimalField: {"invalid": _("Write a number such as 12500 or 12500.50.")},
    forms.DateField: {"invalid": _("Write a day such as 2026-10-08.")},
    forms.DateTimeField: {"invalid": _("Write a moment such as 2026-10-08 14:30.")},
    forms.TimeField: {"invalid": _("Write a time such as 14:30.")},
    forms.EmailField: {"invalid": _("Write an e-mail address such as ann@example.com.")},
    forms.URLField: {"invalid": _("Write an address such as https://example.com.")},
    forms.ChoiceField: {"invalid_choice": _("Choose one of the list.")},
    forms.MultipleChoiceField: {
        "invalid_choice": _("Choose from the list."),
        "invalid_list": _("Choose from the list."),
    },
    forms.ModelChoiceField: {"invalid_choice": _("Choose one of the list.")},
}
LIMITS: dict[type[validators.BaseValidator], object] = {
    validators.MaxValueValidator: _("Write %(limit_value)s or less."),
    validators.MinValueValidator: _("Write %(limit_value)s or more."),
    validators.MaxLengthValidator: ngettext_lazy(
        "Write at most %(limit_value)d character; these are %(show_value)d.",
        "Write at most %(limit_value)d characters; these are %(show_value)d.",
        "limit_value",
    ),
}


def say_in_our_words() -> None:
    """Put these sentences in the place of Django's."""
    for field, sentences in FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **sentences}  # type: ignore[dict-item]
    for limit, sentence in LIMITS.items():
        limit.message = sentence  # type: ignore[assignment]
