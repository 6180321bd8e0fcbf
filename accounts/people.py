"""People whom files name."""

from collections.abc import Iterable

from django.db.models.functions import Lower

from accounts.models import User


def people_named(texts: Iterable[str], *, side: str = User.Side.SALES) -> dict[str, User]:
    """The person for each text that a file uses, by e-mail or by name, in lower case.

    A text that nobody is known by becomes an inactive person of `side`, who can't sign in.
    """
    wanted = {text.strip().lower(): text.strip() for text in texts if text.strip()}
    found = _known(wanted)
    unknown = {low: text for low, text in wanted.items() if low not in found}
    if unknown:
        User.objects.bulk_create(
            [
                User(
                    email=low if "@" in low else None, name=text[:120], side=side,
                    is_active=False,
                )
                for low, text in unknown.items()
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        found |= _known(unknown)
    return found


def _known(wanted: Iterable[str]) -> dict[str, User]:
    names = [low[:120] for low in wanted]
    by_name = User.objects.filter(email=None).annotate(low=Lower("name")).filter(low__in=names)
    by_email = User.objects.filter(email__in=list(wanted))
    found: dict[str, User] = {user.name.lower(): user for user in by_name}
    found.update({user.email: user for user in by_email if user.email})
    return {low: found[low[:120]] for low in wanted if low[:120] in found}
