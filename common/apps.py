"""The app that carries the template tags and other shared plumbing."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """No models; here so that Django finds the template tags, and the lookups."""

    name = "common"

    def ready(self) -> None:
        """Register the lookups, and the sentences of forms."""
        from common import lookups, sentences  # noqa: F401

        sentences.say_in_our_words()
