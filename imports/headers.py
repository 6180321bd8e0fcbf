"""Which column the header of a file names: its own word first, then the word without what forms write around it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from imports.columns import bare

# What stands behind the name of a field in a form, and says nothing of what it holds.
NOTE = re.compile(r"\s*[(（\[【]([^()（）\[\]【】]*)[)）\]】]\s*\*?\s*$")
NOTES = frozenset(
    map(
        bare,
        """
        required|mandatory|optional|pflichtfeld|pflicht|erforderlich|obligatoire|facultatif|requis|obligatorio|opcional
        requerido|obrigatório|obbligatorio|facoltativo|verplicht|optioneel|wymagane|opcjonalne|obligatoriskt|valfritt
        必須|任意|必填|选填|選填|обязательно|utc|gmt|cet|cest|est|edt|cst|cdt|mst|mdt|pst|pdt|bst|jst|local time|current
        in utc|eur|usd|gbp|chf|sek|nok|dkk|pln|czk|brl|inr|jpy|cad|aud|€|$|£|net|netto|ht
        """.replace("\n", "|").split("|"),
    )
)
# What stands before it: whose it is, and how a form asks for it.
BEFORE = tuple(
    map(
        bare,
        """
        what is your|what's your|please enter your|enter your|please provide your|your|contact|lead|person|attendee
        registrant|respondent|delegate|participant|prospect|visitor|invitee|member|and your|kontakt|teilnehmer|ihre|ihr
        deine|dein
        votre|su|tu|seu|sua|uw|jouw|il tuo|la tua|ваше|ваш|ваша|您的|你的|ご|お
        """.replace("\n", "|").split("|"),
    )
)
WORSE = 1_000
# What a lead is called is no title of its person.
WHOLE = frozenset(("leadtitle", "contactrole"))


def map_to(headers: Sequence[str], words: Mapping[str, tuple[int, str]], taken: Mapping[str, str]) -> dict[str, str]:
    """Header -> column for those `headers` that `words` (bare -> rank and column) know and `taken` leaves free.
    Each column once, by the header of the lowest rank; the first of equal ones."""
    found = [(*told, header) for header in headers if header not in taken and (told := _told(header, words))]
    free = {column for _rank, column, _header in found} - set(taken.values())
    best: dict[str, str] = {}
    for _rank, column, header in sorted(found, key=lambda one: one[0]):
        if column in free:
            best[header] = column
            free.discard(column)
    return best


def _told(header: str, words: Mapping[str, tuple[int, str]]) -> tuple[int, str] | None:
    for worse, reading in enumerate(_readings(header)):
        if reading in words:
            rank, column = words[reading]
            return rank + worse * WORSE, column
    return None


def _readings(header: str) -> Iterator[str]:
    plain = bare(header)
    yield plain
    if (note := NOTE.search(header)) and bare(note[1]) in NOTES:
        plain = bare(header[: note.start()])
        yield plain
    for before in BEFORE if plain not in WHOLE else ():
        if plain.startswith(before) and len(plain) > len(before):
            yield plain.removeprefix(before)
