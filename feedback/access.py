"""Who may change what sales has said."""

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from feedback.models import Outcome, Response, Verdict
from leads.models import Lead


def speaks_for(user: User, person_id: int | None) -> bool:
    """Whoever said something themselves, the managers of sales, and admins."""
    return user.is_active and (user.is_staff or (user.in_sales and (user.is_manager or user.pk == person_id)))


def may_correct(user: User, said: Response | Verdict | Outcome, lead: Lead) -> bool:
    """Who speaks for whoever `said` it, and sees the lead."""
    seen = Lead.objects.visible_to(user).filter(pk=lead.pk, erased_at=None)
    return speaks_for(user, said.by_id) and seen.exists()


def check_may_correct(user: User, said: Response | Verdict | Outcome, lead: Lead) -> None:
    """Raise DomainError `erased` or `not_yours` where `user` may not change what was `said` about `lead`."""
    if lead.erased_at is not None:
        raise DomainError("erased", _("This person was erased on request. Nothing can be added."))
    if not may_correct(user, said, lead):
        raise DomainError("not_yours", _("Whoever said it, a manager of sales or an admin corrects it."))
