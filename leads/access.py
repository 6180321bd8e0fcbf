"""The doors to single objects of this room."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from leads.models import Duplicate, Handoff, Lead, Merge, Organisation


def lead_for(user: User, lead_id: int) -> Lead:
    """The lead, where `user` may see it; else Http404, so that nobody learns what exists."""
    return get_object_or_404(Lead.objects.visible_to(user).for_list(), pk=lead_id)


def lead_in_place_of(user: User, lead_id: int) -> Lead | None:
    """The lead into which the lead of this id was merged, where `user` may see it."""
    merges = Merge.objects.filter(dropped=lead_id, undone_at=None)
    return Lead.objects.visible_to(user).filter(pk__in=merges.values("kept")).first()


def pair_for(user: User, pair_id: int) -> Duplicate:
    """The likely duplicate, where `user` may see both leads; else Http404."""
    return get_object_or_404(Duplicate.objects.visible_to(user).for_list(), pk=pair_id)


def merge_for(user: User, merge_id: int) -> Merge:
    """The merge, where `user` may see the lead that was kept; else Http404."""
    seen = Lead.objects.visible_to(user)
    return get_object_or_404(Merge.objects.select_related("kept").filter(kept__in=seen), pk=merge_id)


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


def locked_lead(lead: Lead) -> Lead:
    """The lead as it is now, locked until the transaction ends: whoever comes second waits."""
    return Lead.objects.select_related("organisation").select_for_update(of=("self",), no_key=True).get(pk=lead.pk)


def may_edit(user: User, lead: Lead) -> bool:
    """Whoever sees a lead keeps it right: marketing all of them, reps those of their team."""
    if lead.erased_at is not None or not user.is_active:
        return False
    return user.sees_everything or Lead.objects.visible_to(user).filter(pk=lead.pk).exists()


def check_may_edit(user: User, lead: Lead) -> None:
    """Raise DomainError `erased` or `not_yours` where `user` may not edit `lead`."""
    if lead.erased_at is not None:
        raise DomainError("erased", _("This person was erased on request. Nothing can be added."))
    if not may_edit(user, lead):
        raise DomainError("not_yours", _("Only those who see a lead edit it, each team its own."))


def may_add_touch(user: User, lead: Lead) -> bool:
    """Marketing tells touches; what sales did is a response."""
    return (user.is_staff or not user.in_sales) and may_edit(user, lead)


def check_may_add_touch(user: User, lead: Lead) -> None:
    """Raise DomainError `not_marketing` where `user` may tell no touches."""
    check_may_edit(user, lead)
    if not may_add_touch(user, lead):
        raise DomainError("not_marketing", _("Marketing adds touches. Sales logs what it did as an answer."))


def may_export(user: User, lead: Lead) -> bool:
    """Whoever sees all leads may take out what is kept of one."""
    return user.is_active and user.sees_everything and lead.erased_at is None


def may_erase(user: User, lead: Lead) -> bool:
    """Managers of both sides and admins erase, and only once."""
    return user.is_active and (user.is_manager or user.is_staff) and lead.erased_at is None


def may_merge(user: User) -> bool:
    """Marketing and the managers of both sides say who is one person: they see all leads."""
    return user.is_active and user.sees_everything


def check_may_merge(user: User) -> None:
    """Raise DomainError `not_yours` where `user` may neither merge nor dismiss."""
    if not may_merge(user):
        raise DomainError("not_yours", _("Marketing and the managers of both sides do this."))


def organisation_for(user: User, organisation_id: int) -> Organisation:
    """The organisation, where `user` may see it; else Http404."""
    found = Organisation.objects.visible_to(user).select_related("owner", "target_by")
    return get_object_or_404(found, pk=organisation_id)


def may_edit_organisation(user: User) -> bool:
    """Marketing and the managers of both sides: what an organisation says grades the leads of all teams."""
    return user.is_active and user.sees_everything


def check_may_edit_organisation(user: User) -> None:
    """Raise DomainError `not_yours` where `user` may not edit organisations."""
    if not may_edit_organisation(user):
        raise DomainError("not_yours", _("Marketing and the managers of both sides do this."))


def may_mark_target(user: User) -> bool:
    """Managers of both sides and admins say which organisations are target accounts."""
    return user.is_active and (user.is_manager or user.is_staff)


def check_may_mark_target(user: User) -> None:
    """Raise DomainError `not_yours` where `user` marks no target accounts."""
    if not may_mark_target(user):
        raise DomainError("not_yours", _("Managers of both sides mark target accounts."))
