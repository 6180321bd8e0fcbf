"""The doors of this room."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.models import User
from imports import kinds
from imports.kinds import Kind
from imports.models import Import


def kinds_for(user: User) -> list[Kind]:
    """What `user` may load; PermissionDenied where that is nothing."""
    if found := kinds.loadable_by(user):
        return found
    raise PermissionDenied


def import_for(user: User, run_id: int) -> Import:
    """The import, where `user` may see it; else Http404, so that nobody learns what exists."""
    return get_object_or_404(Import.objects.visible_to(user).select_related("by", "ended_by"), pk=run_id)
