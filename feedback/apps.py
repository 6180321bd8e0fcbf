from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        from feedback.files import OUTCOMES
        from imports import kinds

        kinds.register(OUTCOMES)
