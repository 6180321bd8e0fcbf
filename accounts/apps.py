from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import repeating, sections, wording
        from common import api_repeats

        api_repeats.register(repeating.once)
        for section in wording.SECTIONS:
            sections.register(section)
