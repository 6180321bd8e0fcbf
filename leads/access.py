"""The doors to single objects of this room."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from leads.models import Handoff, Lead


def lead_for(user: User, lead_id: int) -> Lead:
    """The lead, where `user` may see it; else Http404, so that nobody learns what exists."""
    return get_object_or_404(Lead.objects.visible_to(user).for_list(), pk=lead_id)


def handoff_for(user: User, handoff_id: int) -> Handoff:
    """The handoff, where `user` may see it; else Http404."""
    return get_object_or_404(Handoff.objects.visible_to(user).for_list(), pk=handoff_id)


def may_answer(user: User, lead: Lead) -> bool:
    """Sales answers: whoever of sales sees the lead. Marketing never does."""
    return user.is_active and user.in_sales and Lead.objects.visible_to(user).filter(pk=lead.pk).exists()


def check_may_answer(user: User, lead: Lead) -> None:
    """Raise DomainError `not_sales` where `user` may not answer `lead`."""
    if not may_answer(user, lead):
        raise DomainError("not_sales", _("Only sales answers leads, each team its own."))


def may_define(user: User) -> bool:
    """Marketing and the managers of both sides draft definitions and set grades; managers alone sign."""
    return user.is_active and user.sees_everything


def check_may_define(user: User) -> None:
    """Raise DomainError `not_yours` where `user` neither drafts definitions nor sets grades."""
    if not may_define(user):
        raise DomainError("not_yours", _("Marketing and the managers of both sides do this."))
