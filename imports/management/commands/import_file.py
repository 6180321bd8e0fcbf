from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.commands import Command as BaseCommand
from common.errors import DomainError
from imports import kinds
from imports.models import Import
from imports.refusals import write_refused
from imports.running import import_file

TOLD, SHOWN = 50, 10


class Command(BaseCommand):
    help = "Import a file of leads, outcomes or costs."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", metavar="KIND", help=", ".join(kinds.keys()))
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--campaign", metavar="CODE", help="campaign of the rows that name none")
        parser.add_argument("--map", nargs="+", action="extend", default=[], metavar='"Column=field"')
        parser.add_argument(
            "--dates", choices=["day-first", "month-first"], help="how to read dates such as 03/04/2026"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, keep nothing")

    def act(self, **options: Any) -> dict[str, Any]:
        run = import_file(
            kinds.get(options["kind"]),
            options["file"],
            wished=dict(_pair(text) for text in options["map"]),
            fixed={"campaign": options["campaign"]} if options["campaign"] else {},
            day_first={"day-first": True, "month-first": False}.get(options["dates"]),
            dry_run=options["dry_run"],
        )
        refused_file = write_refused(run)
        return {
            "import_id": run.pk,
            "rows": run.rows,
            "created": run.created,
            "updated": run.updated,
            "unchanged": run.unchanged,
            "refused": run.refused,
            "refused_file": str(refused_file) if refused_file else None,
            "warnings": run.warned + bool(run.layout["warnings"]),
            "warned": _warned(run),
        }

    def say(self, result: dict[str, Any]) -> str:
        words = ngettext(
            "%(rows)d row: %(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(refused)d refused.",
            "%(rows)d rows: %(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(refused)d refused.",
            result["rows"],
        )
        if result["rows"] and result["rows"] == result["unchanged"]:
            words += " " + _("Nothing changed.")
        if result["refused_file"]:
            words += " " + _("The refused rows are in %(refused_file)s.")
        if result["warnings"]:
            words += " " + _("%(warnings)d with a warning; the first ones:")
        lines = [
            _("row %(row)d: %(sentence)s") % {"row": warned["row"], "sentence": warned["sentence"]}
            for warned in result["warned"][:SHOWN]
        ]
        return "\n  ".join([words % result, *lines])


def _warned(run: Import) -> list[dict[str, Any]]:
    """The first warnings: those of the whole file under the row of its header, then those of rows."""
    whole = " ".join(run.layout["warnings"])
    about_file = [{"row": run.layout["header_row"] or 1, "sentence": whole}] if whole else []
    return [*about_file, *({"row": number, "sentence": text} for number, text in run.warnings)][:TOLD]


def _pair(text: str) -> tuple[str, str]:
    header, equals, name = text.rpartition("=")
    if not equals or not header:
        raise DomainError("bad_map", _('Write --map "Column=field", not “%(text)s”.') % {"text": text})
    return header.strip(), name.strip()
