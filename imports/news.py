"""The kinds of news that this room tells people."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from imports import kinds
from notices.kinds import Kind


def _loads_files(person: User) -> bool:
    return bool(kinds.loadable_by(person))


KINDS = (
    Kind("import_ended", _("An import has ended"), _("%(n)d imports have ended"), who=_loads_files),
    Kind("import_undone", _("An import is undone"), _("%(n)d imports are undone"), who=_loads_files),
)
