from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from accounts import joining, sections
        from campaigns import calendar, merging
        from imports import kinds
        from leads import campaign_merges, handing_back, hooks, news, person_parts, privacy, reaching, settings_words
        from leads.files import LEADS
        from notices import events
        from notices import kinds as kinds_of_news

        calendar.register(reaching.touching_accounts_of)
        joining.at_parting(handing_back.parting)
        merging.register(campaign_merges.tell_touches_apart)
        kinds.register(LEADS)
        kinds_of_news.register(*news.KINDS)
        events.register(*hooks.EVENTS)
        for section in settings_words.SECTIONS:
            sections.register(section)
        for part in person_parts.PARTS:
            privacy.register(part)
