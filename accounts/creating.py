"""A person joins."""

import secrets
import string

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import Team, User
from common.errors import DomainError

PASSWORD_GROUPS, GROUP_LENGTH = 4, 4
# Without the characters that people mix up when they read them aloud.
PASSWORD_CHARACTERS = "".join(c for c in string.ascii_lowercase + string.digits if c not in "0o1il")


def readable_password() -> str:
    """A random password that can be read aloud, of about 79 bits."""
    return "-".join(_random_word() for _n in range(PASSWORD_GROUPS))


def _random_word() -> str:
    return "".join(secrets.choice(PASSWORD_CHARACTERS) for _n in range(GROUP_LENGTH))


@transaction.atomic
def create_user(
    *, email: str, side: str, password: str, name: str = "", is_manager: bool = False, is_admin: bool = False,
    team: str = "", by: User | None = None,
) -> User:  # fmt: skip
    """A person who can sign in by e-mail; whoever only a file has named so far becomes that person.

    Sales takes leads in turn, its managers excepted, and has a team: the one named `team`, made
    where it is new, else the first of sales.
    Raises DomainError: bad_address, unknown_side, known_address, weak_password, team_of_other_side.
    """
    email = _checked_address(email)
    if side not in User.Side.values:
        raise DomainError("unknown_side", _("Choose the side: sales or marketing."), {"side": _("Choose one.")})
    user = _nobody_yet(email)
    takes_leads = side == User.Side.SALES and not is_manager
    user.name = name.strip()[:120] or user.name or _name_from(email)
    user.side, user.is_manager, user.takes_leads = side, is_manager, takes_leads
    user.is_staff = user.is_superuser = is_admin
    user.is_active = True
    _check_password(password, user)
    user.set_password(password)
    user.team = _team(team.strip(), side, wanted=takes_leads)
    user.save()
    # Whoever makes the account vouches for the address.
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    trail.note(user, trail.Act.ADDED, by=by)
    return user


def _checked_address(text: str) -> str:
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        sentence = _("“%(text)s” is not an e-mail address. Write anna@example.com.") % {"text": text[:80]}
        raise _refusal("bad_address", "email", sentence) from error
    return email


def _nobody_yet(email: str) -> User:
    """The person to fill in: a new one, or the one whom only a file has named by this address."""
    known = User.objects.select_for_update().filter(email=email).first()
    if known is None:
        return User(email=email)
    # A file gives no password; whoever has had one was deactivated by somebody, and stays so.
    had_one = known.password and known.has_usable_password()
    if known.is_active or had_one or EmailAddress.objects.filter(user=known).exists():
        sentence = _("Somebody with the address %(email)s is here already.") % {"email": email}
        raise _refusal("known_address", "email", sentence)
    # A file knows people by the address alone, so that is the name it gave.
    known.name = "" if known.name.lower() == email else known.name
    return known


def _name_from(email: str) -> str:
    words = email.partition("@")[0].replace("_", ".").split(".")
    return " ".join(word.capitalize() for word in words if word)


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise _refusal("weak_password", "password", " ".join(error.messages)) from error


def _team(name: str, side: str, *, wanted: bool) -> Team | None:
    if name:
        team, _made = Team.objects.get_or_create(name=name[:80], defaults={"side": side})
        if team.side != side:
            sentence = _("The team “%(team)s” is one of %(side)s.") % {"team": team, "side": team.get_side_display()}
            raise _refusal("team_of_other_side", "team", sentence)
        return team
    if not wanted:
        return None
    first = Team.objects.filter(side=side).order_by("pk").first()
    return first or Team.objects.create(name=_("Sales"), side=side)


def _refusal(code: str, field: str, sentence: str) -> DomainError:
    return DomainError(code, sentence, {field: sentence})
