"""People come, change and leave: accounts are made, never deleted, for what somebody did stays theirs."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import trail
from accounts.access import check_manages
from accounts.creating import create_user, readable_password
from accounts.models import Team, User
from common.errors import DomainError
from common.versions import locked

ROLES = ("is_manager", "is_staff")
Parting = Callable[[User, User, datetime], Any]
_partings: list[Parting] = []


def at_parting(verb: Parting) -> None:
    """Have `verb(person, by, at)` called when somebody leaves: a room registers in `AppConfig.ready`
    what happens to that person's work."""
    _partings.append(verb)


@transaction.atomic
def invite(
    *, email: str, name: str, side: str, team: Team | None, is_manager: bool, is_staff: bool, by: User
) -> User:  # fmt: skip
    """Somebody who may sign in, with a password that nobody knows: `invitation` is the way in.

    Raises DomainError `not_yours`, `bad_address`, `known_address`, `unknown_side`, `team_of_other_side`.
    """
    check_manages(by, User(side=side))
    if is_manager or is_staff:
        _check_gives_roles(by)
    return create_user(
        email=email, name=name, side=side, team=team.name if team else "", is_manager=is_manager,
        is_admin=is_staff, password=readable_password(), by=by,
    )  # fmt: skip


@transaction.atomic
def change_person(person: User, facts: Mapping[str, Any], *, version: int, by: User) -> User:
    """Write name, team and roles. Only admins give roles, and nobody changes their own.

    Raises DomainError `not_yours`, `own_role`, `gone`, `stale`, `team_of_other_side`, `no_team`, `bad_value`.
    """
    check_manages(by, person)
    found = locked(User.objects.filter(is_active=True), person.pk, version)
    if any(facts.get(role, getattr(found, role)) != getattr(found, role) for role in ROLES):
        _check_gives_roles(by)
        if found.pk == by.pk:
            raise DomainError("own_role", _("Nobody changes their own role. Another admin can."))
    _check_team(found, facts.get("team", found.team))
    # Rights of the admin site follow the role.
    rights = {"is_superuser": facts["is_staff"]} if "is_staff" in facts else {}
    return trail.kept(found, {**facts, **rights}, by=by)


@transaction.atomic
def leave(person: User, *, by: User, at: datetime) -> User:
    """Somebody leaves: out at the next request, with every key to the API, and the work goes to others.

    Raises DomainError `not_yours`, `own_account`.
    """
    found = _changed_by_another(person, by=by)
    if not found.is_active:
        return found
    trail.kept(found, {"is_active": False}, by=by, act=trail.Act.RETIRED)
    for parting in _partings:
        parting(found, by, at)
    return found


@transaction.atomic
def come_again(person: User, *, by: User) -> User:
    """Somebody who left may sign in again, as before. Raises DomainError `not_yours`, `own_account`, `never_here`."""
    found = _changed_by_another(person, by=by)
    if found.is_active:
        return found
    if not found.has_usable_password():
        raise DomainError("never_here", _("Only a file has named this person so far. Invite them by their address."))
    return trail.kept(found, {"is_active": True}, by=by, act=trail.Act.BROUGHT_BACK)


def may_be_invited(person: User) -> bool:
    """Whether a way in may be given out: not for somebody who has been inside, whose account is theirs alone."""
    return person.is_active and person.last_login is None


def invitation(person: User, *, by: User) -> str:
    """The path by which an invited person chooses a password: for an hour, and once.

    Raises DomainError `not_yours`, `signed_in_before`.
    """
    check_manages(by, person)
    if not may_be_invited(person):
        sentence = _("They have signed in before, and can ask for a new password on the sign-in page.")
        raise DomainError("signed_in_before", sentence)
    if (person.is_manager or person.is_staff) and not by.is_staff:
        _check_gives_roles(by)
    key = default_token_generator.make_token(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})


def _changed_by_another(person: User, *, by: User) -> User:
    check_manages(by, person)
    if person.pk == by.pk:
        raise DomainError("own_account", _("Nobody ends their own account. Another manager or admin can."))
    found = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if found.is_manager or found.is_staff:
        _check_gives_roles(by)
    return found


def _check_gives_roles(by: User) -> None:
    if not (by.is_active and by.is_staff):
        raise DomainError("not_yours", _("Admins make managers and admins, and take these roles away."))


def _check_team(person: User, team: Team | None) -> None:
    if team and team.side != person.side:
        sentence = _("The team “%(team)s” is one of %(side)s.") % {"team": team, "side": team.get_side_display()}
        raise DomainError("team_of_other_side", sentence, {"team": sentence})
    if person.takes_leads and team is None:
        sentence = _("Whoever takes leads in turn needs a team.")
        raise DomainError("no_team", sentence, {"team": sentence})
