from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alignment.invariants import INVARIANTS, Broken, broken
from common.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Prove that nothing is lost or doubled; exit 1 with the names of what is."

    def act(self, **options: Any) -> dict[str, Any]:
        self.broken = broken()
        return {"checked": len(INVARIANTS), "broken": [asdict(found) for found in self.broken]}

    def say(self, result: dict[str, Any]) -> str:
        lines = [_told(found) for found in self.broken]
        return "\n".join([*lines, _("%(checked)d checked, %(broken)d broken.") % {**result, "broken": len(lines)}])

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if self.broken:
            raise CommandError(_("Broken: %(names)s.") % {"names": ", ".join(found.name for found in self.broken)})


def _told(found: Broken) -> str:
    count = ngettext("%d row", "%d rows", found.offenders) % found.offenders
    return _("%(name)s: %(sentence)s Not so for %(count)s.") % {
        "name": found.name, "sentence": found.sentence, "count": count,
    }  # fmt: skip
