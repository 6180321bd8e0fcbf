from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from common.commands import Command as BaseCommand
from leads.regrading import regrade


class Command(BaseCommand):
    help = "Grade again the leads whose grade is stale, or all."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--all", action="store_true", help="every lead")

    def act(self, **options: Any) -> dict[str, Any]:
        return asdict(regrade(at=timezone.now(), everything=options["all"]))
