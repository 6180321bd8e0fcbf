from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self) -> None:
        from accounts import sections
        from campaigns import news, settings_words
        from campaigns.files import CAMPAIGNS, COSTS
        from imports import kinds
        from notices import kinds as kinds_of_news

        kinds.register(CAMPAIGNS)
        kinds.register(COSTS)
        kinds_of_news.register(*news.KINDS)
        for section in settings_words.SECTIONS:
            sections.register(section)
