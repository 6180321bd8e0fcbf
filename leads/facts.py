"""The facts of a lead that criteria may test, as SQL expressions. NULL stands for unknown."""

from typing import Any

from django.db.models import Case, Count, DecimalField, F, Func, Max, OuterRef, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import MD5, Cast, Coalesce, Lower, NullIf, Replace, Trim
from django.db.models.lookups import Regex
from django.utils.translation import gettext_lazy as _

from leads.models import Touch

EXTRA = "extra:"
NUMBER = r"^-?[0-9]{1,15}([.,][0-9]{1,6})?$"


def _text(*names: str) -> Combinable:
    """The first of the fields that says anything, in lower case; NULL where none does."""
    said = [NullIf(Trim(name), Value("")) for name in names]
    return Lower(Coalesce(*said) if len(said) > 1 else said[0])


# Name, what it is called, expression; `extra:NAME` names any further column of a file.
FACTS: dict[str, tuple[Any, Combinable]] = {
    "job_title": (_("job title"), _text("job_title")),
    "employees": (_("employees"), Coalesce("employees", "organisation__employees")),
    "industry": (_("industry"), _text("industry", "organisation__industry")),
    "country": (_("country"), _text("country", "organisation__country")),
    "source": (_("source"), _text("source")),
    "organisation": (_("organisation"), _text("organisation__name")),
    "domain": (_("web domain of the organisation"), _text("organisation__domain")),
    "phone": (_("phone"), _text("phone")),
}
NUMBERS = frozenset({"employees"})


def is_fact(name: str) -> bool:
    return name in FACTS or (name.startswith(EXTRA) and len(name) > len(EXTRA))


def fact_words(name: str) -> str:
    """What a fact is called; a further column of a file goes by its own name."""
    return name.removeprefix(EXTRA) if name.startswith(EXTRA) else str(FACTS[name][0])


def fact_expression(name: str) -> Combinable:
    """The expression of a fact. Raises KeyError for a name that is none."""
    if name.startswith(EXTRA):
        key = KeyTextTransform(name.removeprefix(EXTRA), "facts")
        return Lower(NullIf(Trim(key), Value("", output_field=TextField())))
    return FACTS[name][1]


def number_expression(name: str) -> Combinable:
    """The fact as a number; a text that is none counts as unknown."""
    said = fact_expression(name)
    if name in NUMBERS:
        return said
    number = DecimalField(max_digits=24, decimal_places=6)
    return Case(When(Regex(said, NUMBER), then=Cast(Replace(said, Value(","), Value(".")), number)))


def digest_expression() -> Combinable:
    """A digest of everything that a criterion may look at, and of the touches: another one says that
    the facts of the lead have changed."""
    touches = Touch.objects.filter(lead=OuterRef("pk")).order_by().values("lead")
    parts = [expression for _label, expression in FACTS.values()]
    parts += [F("facts"), Subquery(touches.values(n=Count("pk"))), Subquery(touches.values(n=Max("pk")))]
    return MD5(Cast(Func(*parts, function="jsonb_build_array"), TextField()))
