"""What this room itself tells people, and its section of Settings."""

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext

from accounts.access import may_set
from accounts.models import User
from accounts.sections import Section
from notices.kinds import Kind
from notices.models import WebhookEndpoint
from notices.subscribing import OFF

KINDS = (
    Kind(OFF, __("A webhook is switched off"), __("%(n)d webhooks were switched off"), who=may_set),
)  # fmt: skip


def webhook_words(user: User) -> str:
    here = WebhookEndpoint.objects.of_the_company()
    count, off = here.aggregate(n=Count("pk"), off=Count("off_at")).values()
    if not count:
        return _("No other program is told what happens.")
    words = ngettext("%(n)d program is told what happens.", "%(n)d programs are told what happens.", count)
    return words % {"n": count} + (" " + _("%(n)d of them switched off.") % {"n": off} if off else "")


SECTIONS = [Section(__("Webhooks"), "notices:webhooks", webhook_words, 80)]
