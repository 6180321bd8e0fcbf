"""The texts of the interface for translators."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Finds, beside what Django finds, the names that stand in the code as `__` and are read later."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=__"]
