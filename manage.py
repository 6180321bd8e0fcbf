#!/usr/bin/env python
"""Django's commands. With no server named in the environment they use the embedded ones of VAR_DIR."""

import os
import sys


def main() -> None:
    """Start or join the servers that the command needs, then run it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from alignment.embedded import EmbeddedError
    from alignment.embedded.commands import prepare

    try:
        prepare(sys.argv)
        execute_from_command_line(sys.argv)
    except (EmbeddedError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database does not answer: {str(error).strip()}")


if __name__ == "__main__":
    main()
