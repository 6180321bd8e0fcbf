from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from campaigns import merging
        from reviews import campaign_merges

        merging.register(campaign_merges.add_up_kept_results)
