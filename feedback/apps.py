from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        from feedback import person_parts, sentences
        from feedback.files import OUTCOMES
        from imports import kinds
        from leads import privacy, timeline

        kinds.register(OUTCOMES)
        for kind, sentence in sentences.SENTENCES.items():
            timeline.register(kind, sentence, "answers")
        for part in person_parts.PARTS:
            privacy.register(part)
