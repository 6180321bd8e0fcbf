"""Service levels and routing, in sentences for Settings."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext

from accounts.models import User
from accounts.sections import Section
from leads.models import RoutingRule, ServiceLevel
from leads.service_levels import held


def level_words(user: User) -> str:
    """ "A: first response within 7 calendar days. B: ..."."""
    first = [one for one in held(timezone.now()) if one.kind == ServiceLevel.Kind.FIRST_RESPONSE and one.now]
    words = [_("%(grade)s within %(level)s") % {"grade": one.grade, "level": one.now.words} for one in first if one.now]
    return _("First response: %(levels)s.") % {"levels": ", ".join(words) or _("no level holds")}


def routing_words(user: User) -> str:
    n = RoutingRule.objects.filter(is_active=True).count()
    if n == 0:
        return _("No rule: the reps of sales take turns.")
    return ngettext("%(n)d rule, then turns.", "%(n)d rules in their order, then turns.", n) % {"n": n}


SECTIONS = [
    Section(__("Service levels"), "leads:service_levels", level_words, 40),
    Section(__("Routing"), "leads:routing", routing_words, 50),
]
