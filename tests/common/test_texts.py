"""Texts that are looked up once for each language."""

from django.utils import translation

from common.texts import gettext, gettext_lazy


def test_a_text_is_in_the_language_of_now_however_often_it_is_asked_for() -> None:
    named = gettext_lazy("January")
    for language, month in (("en-gb", "January"), ("de", "Januar"), ("en-gb", "January"), ("fr", "janvier")):
        with translation.override(language):
            assert gettext("January") == month
            assert str(named) == month
    with translation.override(None):
        assert gettext("January") == "January"


def test_a_text_without_a_translation_is_itself() -> None:
    with translation.override("de"):
        assert gettext("Nobody has put this into German") == "Nobody has put this into German"
