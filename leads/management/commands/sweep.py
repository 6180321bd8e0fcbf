from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from common.commands import Command as BaseCommand
from imports.columns import moment
from leads.sweeping import sweep


class Command(BaseCommand):
    help = "Sweep the clocks once, as Celery beat does every five minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--now", metavar="ISO", nargs="?", help="sweep as if it were this moment")

    def act(self, **options: Any) -> dict[str, Any]:
        try:
            now = moment(options["now"]) if options["now"] else timezone.now()
        except ValueError as error:
            raise CommandError(str(error)) from error
        return asdict(sweep(now=now))
