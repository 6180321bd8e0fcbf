"""Rows that belong to a row that is merged into another change hands, with a record by which they go back.

The rooms above have rows of their own about a lead or a campaign (outcomes, say): all of them are found
through the reverse relations of the model, so that a new one moves too without being named here.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Exists, Model, OuterRef, Q, UniqueConstraint
from django.db.models.fields.reverse_related import ForeignObjectRel

Image = dict[str, Any]


class _Exact(DjangoJSONEncoder):
    """Moments to the microsecond, which Django's own encoder cuts off."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def image(row: Model) -> Image:
    """All that a row says, as plain JSON values by attribute."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    plain: Image = json.loads(json.dumps(values, cls=_Exact))
    return plain


def from_image(model: type[Model], kept: Image) -> Model:
    """The row again; columns that are younger than the image have their default."""
    fields = [field for field in model._meta.concrete_fields if not field.generated and field.attname in kept]
    return model(**{field.attname: field.to_python(kept[field.attname]) for field in fields})


def insert_again(model: type[Model], kept: Image) -> None:
    """Put a row back exactly as it was, its id and its moments included."""
    from_image(model, kept).save_base(raw=True, force_insert=True)


def relations(model: type[Model]) -> list[ForeignObjectRel]:
    """Everything that points to rows of `model`, in all rooms; many-to-many tables included."""
    found = model._meta.get_fields(include_hidden=True)
    return [f for f in found if isinstance(f, ForeignObjectRel) and (f.one_to_many or f.one_to_one)]


def name_of(relation: ForeignObjectRel) -> str:
    """Such as `leads.Touch.lead`."""
    return f"{relation.related_model._meta.label}.{relation.field.name}"


def move(relation: ForeignObjectRel, *, source: Model, target: Model) -> tuple[list[Any], list[Image]]:
    """Give the rows of `source` to `target`: the ids of those that moved, and the images of those
    that `target` has already by a unique constraint, which are taken out."""
    model, name = relation.related_model, relation.field.name
    rows = model._base_manager.filter(**{name: source})
    double = {pk for unique in _unique_sets(model, name) for pk in _known(model, name, unique, source, target)}
    taken_out = [image(row) for row in rows.filter(pk__in=double)]
    rows.filter(pk__in=double).delete()
    moved = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(**{name: target})
    return moved, taken_out


def move_back(relation: str, ids: list[Any], *, source: Model, target: int) -> None:
    """Give those of the rows `ids` that `source` still has to the row `target`."""
    label, _dot, name = relation.rpartition(".")
    rows = apps.get_model(label)._base_manager.filter(pk__in=ids, **{name: source})
    rows.update(**{f"{name}_id": target})


Unique = tuple[list[str], Q | None, bool]


def _unique_sets(model: Any, name: str) -> Iterator[Unique]:
    """The further fields, the condition, and whether nulls are told apart, of each unique rule with `name`."""
    for rule in model._meta.constraints:
        if isinstance(rule, UniqueConstraint) and name in rule.fields:
            yield [f for f in rule.fields if f != name], rule.condition, rule.nulls_distinct is not False
    for fields in model._meta.unique_together:
        if name in fields:
            yield [f for f in fields if f != name], None, True
    if model._meta.get_field(name).unique:
        yield [], None, True


def _known(model: Any, name: str, unique: Unique, source: Model, target: Model) -> Iterator[Any]:
    """The ids of those rows of `source` that `target` has already."""
    others, condition, nulls_distinct = unique
    rows = model._base_manager.filter(condition or Q())
    if not any(model._meta.get_field(field).null for field in others):
        # A campaign may have a million of them: the database compares.
        same = rows.filter(**{name: target}, **{field: OuterRef(field) for field in others})
        yield from rows.filter(Exists(same), **{name: source}).values_list("pk", flat=True)
        return
    there = {tuple(values) for _pk, *values in rows.filter(**{name: target}).values_list("pk", *others)}
    for pk, *values in rows.filter(**{name: source}).values_list("pk", *others):
        if tuple(values) in there and not (nulls_distinct and None in values):
            yield pk
