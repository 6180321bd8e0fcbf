from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from imports import kinds
        from leads import news, person_parts, privacy
        from leads.files import LEADS
        from notices import kinds as kinds_of_news

        kinds.register(LEADS)
        kinds_of_news.register(*news.KINDS)
        for part in person_parts.PARTS:
            privacy.register(part)
