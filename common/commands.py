"""What every management command of the contract has in common."""

import json
import sys
from abc import ABC, abstractmethod
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from common.errors import DomainError


class RefusingCommand(BaseCommand):
    """Refuses arguments that it can't read as it refuses anything else: with a sentence and exit code 1."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if parser.called_from_command_line:

            def refuse(message: str) -> NoReturn:
                words = {"message": message, "command": f"{parser.prog} --help"}
                self.stderr.write(_("CommandError: %(message)s. What it takes: %(command)s") % words)
                sys.exit(1)

            # By itself argparse ends with 2.
            parser.error = refuse  # type: ignore[method-assign]
        return parser


class Command(ABC, RefusingCommand):
    """Says what happened in a sentence, or with `--json` in one object; refuses with exit code 1."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    @abstractmethod
    def act(self, **options: Any) -> dict[str, Any]:
        """Do it, and return the JSON object. Raises DomainError to refuse."""

    def say(self, result: dict[str, Any]) -> str:
        """The result in words."""
        return ", ".join(f"{key} {value}" for key, value in result.items())

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = self.act(**options)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(json.dumps(result, default=str) if options["json"] else self.say(result))
