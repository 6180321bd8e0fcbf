from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from imports import kinds
        from leads import person_parts, privacy
        from leads.files import LEADS

        kinds.register(LEADS)
        for part in person_parts.PARTS:
            privacy.register(part)
