"""What a text, an amount and a code of a campaign may be, with the sentence that says so."""

from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug
from django.utils.translation import gettext as _

from campaigns.matching import CODE_LENGTH, RESERVED
from common.countries import region_of
from common.errors import DomainError

MOST_MONEY = Decimal(10) ** 12
MOST_LINKS = 20
LONGEST_LINK = 500


def refusal(code: str, field: str, sentence: str) -> DomainError:
    """A refusal of one field."""
    return DomainError(code, sentence, {field: sentence})


def checked_text(text: str, field: str, *, most: int, required: bool = True) -> str:
    """The text without blanks around it. Raises DomainError `<field>_missing`, `text_too_long`."""
    text = text.strip()
    if required and not text:
        raise refusal(f"{field}_missing", field, _("Write a few words."))
    if len(text) > most:
        raise refusal("text_too_long", field, _("Write at most %(most)d characters.") % {"most": most})
    return text


def checked_countries(names: Sequence[str]) -> list[str]:
    """The countries by their two letters, each once. Raises DomainError `unknown_country`."""
    found = {name.strip(): region_of(name) for name in names if name.strip()}
    if unknown := [name for name, region in found.items() if not region]:
        words = _("“%(name)s” is no country that is known here. Write one such as Germany or DE.")
        raise refusal("unknown_country", "countries", words % {"name": unknown[0][:80]})
    return sorted(set(found.values()))


def check_code(code: str) -> None:
    """Raise DomainError `bad_code` where `code` can't stand in an address."""
    try:
        validate_slug(code)
    except ValidationError:
        code = ""
    if not code or len(code) > CODE_LENGTH:
        sentence = _("Write a code of letters, digits and hyphens, at most %(most)d of them.") % {"most": CODE_LENGTH}
        raise refusal("bad_code", "code", sentence)
    if code in RESERVED:
        raise refusal("bad_code", "code", _("“%(code)s” is a page of its own. Write another code.") % {"code": code})


def check_choice(value: str, known: Sequence[str], code: str, field: str) -> None:
    """Raise DomainError `code` where `value` is none of `known`."""
    if value not in known:
        raise refusal(code, field, _("Choose one of: %(known)s.") % {"known": ", ".join(known)})


def check_amount(field: str, amount: Decimal | None) -> None:
    """Raise DomainError `amount_out_of_range`; None, not entered, is fine."""
    if amount is not None and not 0 <= amount < MOST_MONEY:
        raise refusal("amount_out_of_range", field, _("Write an amount between 0 and 999 999 999 999."))


def checked_links(links: Sequence[str]) -> list[str]:
    """The addresses without blanks and empty lines. Raises DomainError `bad_link`."""
    found = [link.strip() for link in links if link.strip()]
    validate = URLValidator(schemes=["http", "https"])
    for link in found:
        try:
            validate(link)
        except ValidationError as error:
            words = _("“%(link)s” is no address. Write one such as https://example.com/fair.")
            raise refusal("bad_link", "links", words % {"link": link[:80]}) from error
    if len(found) > MOST_LINKS or any(len(link) > LONGEST_LINK for link in found):
        words = _("Write at most %(most)d addresses of at most %(longest)d characters.")
        raise refusal("bad_link", "links", words % {"most": MOST_LINKS, "longest": LONGEST_LINK})
    return found
