from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self) -> None:
        from campaigns import news
        from campaigns.files import COSTS
        from imports import kinds
        from notices import kinds as kinds_of_news

        kinds.register(COSTS)
        kinds_of_news.register(*news.KINDS)
