from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self) -> None:
        from campaigns.files import COSTS
        from imports import kinds

        kinds.register(COSTS)
