from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from campaigns import merging
        from notices import events, kinds
        from reviews import campaign_merges, hooks, news

        merging.register(campaign_merges.refuse_signed_doubles)
        merging.register(campaign_merges.add_up_kept_results)
        kinds.register(*news.KINDS)
        events.register(*hooks.EVENTS)
