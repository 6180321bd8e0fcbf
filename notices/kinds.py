"""The kinds of news that the app tells. Each room registers its own in AppConfig.ready."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Way(models.TextChoices):
    """How a person hears of a kind by mail; the app itself always shows it."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("In the daily digest")
    NEVER = "never", _("Never")


def _everybody(_person: User) -> bool:
    return True


@dataclass(frozen=True)
class Kind:
    """News of one kind. `several` heads a mail that tells more than one, with %(n)d for how many;
    `for_teams` says that a team's webhook may tell it; `who` whether a person ever hears of it."""

    key: str
    label: str | Promise
    several: str | Promise
    way: Way = Way.AT_ONCE
    for_teams: bool = False
    who: Callable[[User], bool] = _everybody


# Digests are no news of their own; a person chooses them, and leaves them, in the same way.
DAILY, WEEKLY = "daily", "weekly"
WEEKLY_LABEL = _("The weekly digest, on Mondays")
DAILY_LABEL = _("The daily digest")

_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known; called once per room."""
    _kinds.update({kind.key: kind for kind in kinds})


def get(key: str) -> Kind:
    """The kind. Raises LookupError for one that no room has registered."""
    try:
        return _kinds[key]
    except KeyError:
        raise LookupError(f"No room registered {key!r} with notices.kinds.register in its AppConfig.ready.") from None


def of(person: User) -> list[Kind]:
    """The kinds that this person may hear of, those of leads that wait first."""
    return sorted((kind for kind in _kinds.values() if kind.who(person)), key=lambda kind: not kind.for_teams)


def of_teams() -> list[Kind]:
    """The kinds that a team's webhook may tell."""
    return [kind for kind in _kinds.values() if kind.for_teams]


def label_of(key: str) -> str:
    """What a person calls a kind or a digest; the key itself where it is known no more."""
    if key in (DAILY, WEEKLY):
        return str(DAILY_LABEL if key == DAILY else WEEKLY_LABEL)
    return str(_kinds[key].label) if key in _kinds else key
