"""Matching a name or code in a file to a campaign."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.text import slugify

from campaigns.models import Alias, Campaign

CODE_LENGTH = 80
# Addresses beside those of campaigns.
RESERVED = ("new", "calendar", "changes", "conversions")


def code_for(name: str) -> str:
    """A code for a campaign that only has a name: its slug, or a digest where nothing of it is left."""
    slug = slugify(name)[:CODE_LENGTH].strip("-")
    if slug in RESERVED:
        return f"c-{slug}"
    return slug or "c-" + hashlib.sha256(name.encode()).hexdigest()[:12]


def key_of(text: str) -> str:
    """What two spellings of one alias have in common: neither case nor idle blanks count."""
    return " ".join(text.split()).casefold()


def free_code(wanted: str) -> str:
    """The code `wanted`, numbered where files mean a campaign by it already."""
    stem = wanted[: CODE_LENGTH - 5].rstrip("-")
    taken = set(Campaign.objects.filter(code__startswith=stem).values_list("code", flat=True))
    taken |= set(Alias.objects.filter(key__startswith=stem).values_list("key", flat=True))
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(code for code in numbered if code not in taken)


def called(code: str) -> Q:
    """What finds the campaign of this code, or the one into which it was merged."""
    return called_one_of([code])


def called_one_of(codes: Sequence[str]) -> Q:
    """The same for several codes."""
    merged = Alias.objects.filter(key__in=[code.lower() for code in codes])
    return Q(code__in=codes) | Q(pk__in=merged.values("campaign"))


def campaigns_named(names: Iterable[str]) -> dict[str, int]:
    """The id of the campaign for each text that a file uses, by alias, name or code in any case.

    A text that no campaign is known by becomes a new campaign with that name. Until the transaction ends none of them
    is merged into another.
    """
    wanted = {name.strip().lower(): name.strip() for name in names if name.strip()}
    found = _found_or_made(wanted)
    while gone := set(found.values()) - _held(found.values()):
        found |= _found_or_made({low: wanted[low] for low, pk in found.items() if pk in gone})
    return found


def _held(pks: Iterable[int]) -> set[int]:
    """Those that are there, locked as a row that points to them locks them: a merge waits, or was waited for. So no
    lead is locked before its campaign."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM campaigns_campaign WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [[*pks]])
        return {pk for (pk,) in cursor.fetchall()}


def _found_or_made(wanted: dict[str, str]) -> dict[str, int]:
    """The ids by text in lower case; whatever is unknown is made."""
    found = known(wanted.values())
    unknown = {low: name for low, name in wanted.items() if low not in found}
    if unknown:
        # Another import may be creating the same campaign: whoever is second finds it.
        Campaign.objects.bulk_create(
            [Campaign(code=code_for(name), name=name[:200]) for name in unknown.values()],
            ignore_conflicts=True,
        )
        found |= known(unknown.values())
    return found


def known(names: Iterable[str]) -> dict[str, int]:
    """The id of the campaign that each text means, by the text in lower case: by its alias, else its name, else
    an alias or the code that is made of it."""
    wanted = {name.strip().lower(): name for name in names}
    code_of = {low: code_for(low) for low in wanted}
    key_by = {low: key_of(name) for low, name in wanted.items()}
    by_code = dict(Campaign.objects.filter(code__in=code_of.values()).values_list("code", "pk"))
    by_name = Campaign.objects.annotate(low=Lower("name")).filter(low__in=wanted).order_by("-pk")
    aliases = Alias.objects.filter(key__in={*code_of.values(), *key_by.values()})
    by_key = dict(aliases.values_list("key", "campaign_id"))
    found = {low: by_code[code] for low, code in code_of.items() if code in by_code}
    found |= {low: by_key[code] for low, code in code_of.items() if code in by_key}
    found |= dict(by_name.values_list("low", "pk"))
    return found | {low: by_key[key] for low, key in key_by.items() if key in by_key}
