"""Mappings that people keep: offered again for every file with the same columns."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from imports.columns import squeeze
from imports.guarding import REASON
from imports.kinds import EXTRA, Kind
from imports.models import Import, SavedMapping


def signature(headers: Iterable[str]) -> str:
    """A digest of the set of headers, whatever their order, case and punctuation; refused rows that come
    back are known by it too."""
    return hashlib.sha256("\n".join(sorted(map(_key, _told(headers)))).encode()).hexdigest()


def _told(headers: Iterable[str]) -> set[str]:
    return set(headers) - {REASON}


def _key(header: str) -> str:
    return squeeze(header) or header


def offered(kind: Kind, headers: Iterable[str]) -> QuerySet[SavedMapping]:
    """What was saved for files with these columns, the latest first."""
    return SavedMapping.objects.filter(kind=kind.key, signature=signature(headers))


def filled_in(kind: Kind, headers: Iterable[str]) -> dict[str, str]:
    """What the headers became when such columns were last saved; empty where they never were."""
    saved = offered(kind, headers).first()
    if saved is None:
        return {}
    became = {_key(header): name for header, name in saved.mapping.items()}
    names = {header: became[_key(header)] for header in _told(headers)}
    return {header: EXTRA + header if name.startswith(EXTRA) else name for header, name in names.items()}


@transaction.atomic
def save_mapping(run: Import, *, name: str, by: User, at: datetime) -> SavedMapping:
    """Keep what the columns of this import become under `name`; the same name again is written over."""
    name = name.strip()
    if not name or len(name) > 80:
        raise DomainError("no_name", _("Write a name of at most 80 characters."), {"name": _("Write a name.")})
    facts = {"mapping": run.mapping, "by": by, "saved_at": at}
    key = {"kind": run.kind, "signature": signature(run.headers), "name__iexact": name}
    saved, _made = SavedMapping.objects.update_or_create(**key, defaults=facts, create_defaults={
        **facts, "kind": run.kind, "signature": key["signature"], "name": name,
    })  # fmt: skip
    return saved
