from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "imports"

    def ready(self) -> None:
        from imports import news
        from notices import kinds

        kinds.register(*news.KINDS)
