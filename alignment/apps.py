"""The project as an app without tables: it holds commands, checks and the Celery app."""

import gc

from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    """Loads what must exist in every process."""

    name = "alignment"

    def ready(self) -> None:
        """Make the Celery app the current one, name what the weekly digest tells, and refuse unsafe
        settings before anything is served. What is loaded by now stays as long as the process, and a set of rows
        is no garbage: to look at them again and again took a quarter of Python's time in an import."""
        from alignment import celery, checks, today  # noqa: F401
        from notices import messages

        messages.register_needs(today.needs)

        checks.refuse_unsafe_production()
        gc.freeze()
        gc.set_threshold(5_000)
