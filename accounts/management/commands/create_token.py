from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.models import Scope
from accounts.tokens import create_token
from common.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Make an API token of a person, and print it once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="", metavar="N", help="what the token is for")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="what it may be used for; repeat it; all when left out",
        )
        parser.add_argument("--days", type=int, metavar="N", help="how long it works; without end when left out")

    def act(self, **options: Any) -> dict[str, Any]:
        scopes = options["scope"] or Scope.values
        _token, secret = create_token(email=options["email"], name=options["name"], scopes=scopes, days=options["days"])
        return {"token": secret}

    def say(self, result: dict[str, Any]) -> str:
        return _("The token is %(token)s. It is shown this once.") % result
