"""The names of the columns: each one once."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


def distinct(cells: Sequence[str]) -> tuple[str, ...]:
    """The header cells as names, each one once: a blank one is "Column 3", the second "Email" is "Email (2)"."""
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(cells, start=1):
        name = wanted = cell or _("Column %(place)d") % {"place": place}
        count = 1
        while name.casefold() in taken:
            count += 1
            name = f"{wanted} ({count})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
