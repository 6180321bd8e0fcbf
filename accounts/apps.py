from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import sections, wording

        for section in wording.SECTIONS:
            sections.register(section)
