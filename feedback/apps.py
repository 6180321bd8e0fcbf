from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        from accounts import sections
        from feedback import columns as said_columns
        from feedback import hooks, news, person_parts, reason_forms, sentences
        from feedback.files import OUTCOMES
        from imports import kinds
        from leads import columns, privacy, timeline
        from notices import events
        from notices import kinds as kinds_of_news

        kinds.register(OUTCOMES)
        for section in reason_forms.SECTIONS:
            sections.register(section)
        kinds_of_news.register(*news.KINDS)
        events.register(*hooks.EVENTS)
        for kind, sentence in sentences.SENTENCES.items():
            timeline.register(kind, sentence, "answers")
        for column, beside in said_columns.COLUMNS:
            columns.register(column, beside)
        for part in person_parts.PARTS:
            privacy.register(part)
