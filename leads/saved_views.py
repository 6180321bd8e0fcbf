"""Views of the lead list that people keep under a name."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from leads import columns, ordering
from leads.filtering import LeadFilter
from leads.models import ListColumns, SavedView

MOST = 100


@transaction.atomic
def save_view(
    *, by: User, name: str, query: str, order: str = "", shown: Sequence[str] = (), shared: bool = False
) -> SavedView:
    """Keep the question `query` under `name`. Raises DomainError `invalid`, `too_many`."""
    if SavedView.objects.filter(owner=by).count() >= MOST:
        raise DomainError("too_many", _("You keep 100 views. Delete one first."))
    view = SavedView(owner=by)
    return _keep(view, by=by, name=name, query=query, order=order, shown=shown, shared=shared)


@transaction.atomic
def change_view(
    view: SavedView, *, by: User, version: int, name: str, query: str, order: str, shown: Sequence[str], shared: bool
) -> SavedView:
    """Keep something else under a view. Raises DomainError `not_yours`, `stale`, `invalid`."""
    check_may_change(by, view)
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    if view.version != version:
        raise DomainError("stale", _("Somebody changed this view meanwhile. Look at it again, then change it."))
    view.version += 1
    return _keep(view, by=by, name=name, query=query, order=order, shown=shown, shared=shared)


def delete_view(view: SavedView, *, by: User) -> None:
    """Forget a view. Raises DomainError `not_yours`."""
    check_may_change(by, view)
    view.delete()


def keep_columns(*, by: User, shown: Sequence[str]) -> list[str]:
    """Show these columns to `by` wherever no view names its own; none is the usual ones. What is kept."""
    known = columns.known(shown)
    if known:
        ListColumns.objects.update_or_create(person=by, defaults={"columns": known})
    else:
        ListColumns.objects.filter(person=by).delete()
    return known or list(columns.USUAL)


def may_change(user: User, view: SavedView) -> bool:
    """Whose view it is, and admins."""
    return user.is_active and (user.is_staff or view.owner_id == user.pk)


def check_may_change(user: User, view: SavedView) -> None:
    if not may_change(user, view):
        raise DomainError("not_yours", _("Only its owner changes a view. Save it under a name of your own."))


def _keep(
    view: SavedView, *, by: User, name: str, query: str, order: str, shown: Sequence[str], shared: bool
) -> SavedView:
    asked = LeadFilter.of(by, QueryDict(query))
    if not asked.is_valid():
        raise DomainError("invalid", _("A filter can’t be read, so the view is not kept."))
    view.name, view.shared = " ".join(name.split()), shared
    view.query, view.order = asked.normalised(), order if order in ordering.LABELS else ""
    view.columns = columns.known(shown)
    try:
        view.full_clean()
    except ValidationError as error:
        fields = {key: " ".join(said) for key, said in error.message_dict.items()}
        raise DomainError("invalid", " ".join(fields.values()), fields) from error
    view.save()
    return view
