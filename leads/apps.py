from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from imports import kinds
        from leads.files import LEADS

        kinds.register(LEADS)
