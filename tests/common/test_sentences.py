"""Every form refuses in our words."""

from django import forms


class Whole(forms.Form):
    few = forms.IntegerField(min_value=1, max_value=3)
    day = forms.DateField()
    short = forms.CharField(max_length=2)
    one = forms.ChoiceField(choices=[("a", "A")])
    missing = forms.CharField()


def test_a_form_says_what_to_write() -> None:
    said = Whole({"few": "4", "day": "tomorrow", "short": "abc", "one": "b"}).errors
    assert {name: sentences[0] for name, sentences in said.items()} == {
        "few": "Write 3 or less.",
        "day": "Write a day such as 2026-10-08.",
        "short": "Write at most 2 characters; these are 3.",
        "one": "Choose one of the list.",
        "missing": "Fill this in.",
    }
    assert Whole({"few": "0"}).errors["few"] == ["Write 1 or more."]
    assert Whole({"few": "many"}).errors["few"] == ["Write a whole number."]
