"""What forms of every room have in common."""

from django import forms

from common.errors import DomainError


class RefusableForm(forms.Form):
    """A form that shows what a verb refused."""

    def refuse(self, error: DomainError) -> None:
        for name, sentence in error.fields.items():
            self.add_error(name if name in self.fields else None, sentence)
        if not error.fields:
            self.add_error(None, error.message)

    def only_shown(self) -> None:
        """Nothing of it can be changed: the person may read it."""
        for field in self.fields.values():
            field.disabled = True
