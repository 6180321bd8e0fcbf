"""Matching a name or code in a file to a campaign."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Q
from django.utils.text import slugify

from campaigns.models import Alias, Campaign

CODE_LENGTH = 80
# Addresses beside those of campaigns.
RESERVED = ("new", "calendar", "changes", "conversions")

# Several campaigns may have one name: the first of them is meant.
KNOWN = """
SELECT low, coalesce(alias.campaign_id, named.id, numbered.campaign_id, coded.id) AS campaign
FROM unnest(%s::text[], %s::text[], %s::text[]) AS told (low, code, key)
LEFT JOIN campaigns_alias alias ON alias.key = told.key
LEFT JOIN (SELECT lower(name) AS low, min(id) AS id FROM campaigns_campaign GROUP BY 1) named USING (low)
LEFT JOIN campaigns_alias numbered ON numbered.key = told.code
LEFT JOIN campaigns_campaign coded ON coded.code = told.code
WHERE coalesce(alias.campaign_id, named.id, numbered.campaign_id, coded.id) IS NOT NULL
"""


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
    told = [[*wanted], [code_for(low) for low in wanted], [key_of(name) for name in wanted.values()]]
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, told)
        return dict(cursor.fetchall())
