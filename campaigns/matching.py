"""Matching a name or code in a file to a campaign."""

import hashlib
from collections.abc import Iterable

from django.db.models.functions import Lower
from django.utils.text import slugify

from campaigns.models import Campaign

CODE_LENGTH = 80
# Addresses beside those of campaigns.
RESERVED = ("new", "calendar")


def code_for(name: str) -> str:
    """A code for a campaign that only has a name: its slug, or a digest where nothing of it is left."""
    slug = slugify(name)[:CODE_LENGTH].strip("-")
    if slug in RESERVED:
        return f"c-{slug}"
    return slug or "c-" + hashlib.sha256(name.encode()).hexdigest()[:12]


def free_code(wanted: str) -> str:
    """The code `wanted`, numbered where a campaign has it already."""
    stem = wanted[: CODE_LENGTH - 5].rstrip("-")
    taken = set(Campaign.objects.filter(code__startswith=stem).values_list("code", flat=True))
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(code for code in numbered if code not in taken)


def campaigns_named(names: Iterable[str]) -> dict[str, int]:
    """The id of the campaign for each text that a file uses, by code or by name in any case.

    A text that no campaign is known by becomes a new campaign with that name.
    """
    wanted = {name.strip().lower(): name.strip() for name in names if name.strip()}
    found = _known(wanted)
    unknown = {low: name for low, name in wanted.items() if low not in found}
    if unknown:
        # Another import may be creating the same campaign: whoever is second finds it.
        Campaign.objects.bulk_create(
            [Campaign(code=code_for(name), name=name[:200]) for name in unknown.values()],
            ignore_conflicts=True,
        )
        found |= _known(unknown)
    return found


def _known(wanted: dict[str, str]) -> dict[str, int]:
    code_of = {low: code_for(name) for low, name in wanted.items()}
    by_code = dict(Campaign.objects.filter(code__in=code_of.values()).values_list("code", "pk"))
    found = {low: by_code[code] for low, code in code_of.items() if code in by_code}
    by_name = Campaign.objects.annotate(low=Lower("name")).filter(low__in=wanted).order_by("-pk")
    return found | dict(by_name.values_list("low", "pk"))
