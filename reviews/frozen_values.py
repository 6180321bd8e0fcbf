"""The numbers of a snapshot as values of figures again, as they were defined then."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from reviews.values import Figure, Unit, Value, Values

Plain = dict[str, Any]
# Amounts are kept as texts.
MONEY = (Unit.MONEY, Unit.TIMES)


def words_of(pieces: Iterable[Plain]) -> dict[str, Figure]:
    """The figures as they were defined when the quarter was frozen."""
    return {said["key"]: Figure(**{**said, "unit": Unit(said["unit"])}) for said in pieces}


def values_of(figures: Plain, words: Mapping[str, Figure], later: Mapping[str, Plain] | None = None) -> Values:
    """The frozen numbers as values of these figures, with the `later` ones beside those that differ by now."""
    found = {key: value_of(words[key], told) for key, told in figures.items()}
    for key, told in (later or {}).items():
        found[key] = replace(found[key], later=replace(value_of(words[key], told), frozen=False))
    return found


def value_of(figure: Figure, told: Plain) -> Value:
    if figure.unit in MONEY:
        told = {key: Decimal(one) if isinstance(one, str) else one for key, one in told.items()}
    return Value(figure, **told, frozen=True)
