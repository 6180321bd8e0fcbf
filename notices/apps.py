from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"

    def ready(self) -> None:
        from accounts import sections
        from notices import kinds, news

        kinds.register(*news.KINDS)
        for section in news.SECTIONS:
            sections.register(section)
