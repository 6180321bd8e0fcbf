"""What every management command of the contract has in common."""

import json
from abc import ABC, abstractmethod
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import DomainError


class Command(ABC, BaseCommand):
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
