"""The project as an app without tables: it holds commands, checks and the Celery app."""

from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    """Loads what must exist in every process."""

    name = "alignment"

    def ready(self) -> None:
        """Make the Celery app the current one, name what the weekly digest tells, and refuse unsafe
        settings before anything is served."""
        from alignment import celery, checks, today  # noqa: F401
        from notices import messages

        messages.register_needs(today.needs)

        checks.refuse_unsafe_production()
