"""A person's calendar feed, in a sentence for Settings."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from accounts.sections import Section
from campaigns.models import CalendarFeed


def feed_words(user: User) -> str:
    if CalendarFeed.objects.filter(person=user).exists():
        return _("Your calendar program may read what runs and what is planned.")
    return _("Campaigns in your own calendar program. You have no feed.")


SECTIONS = [Section(__("Your calendar feed"), "campaigns:feed_settings", feed_words, 95)]
