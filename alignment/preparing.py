"""What has to be there before the first page: collected static files and, on an empty database, the demo."""

import hashlib
import io
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from alignment.running import LOGINS


def collect_static_when_needed() -> bool:
    """Collect static files when one of them changed since the last time; returns whether it did."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = _state_of_static_files()
    if stamp.exists() and stamp.read_text() == state:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)
    return True


def seed_when_empty(leads: int) -> None:
    """Load the demo into a database without people, and keep what it says about the logins."""
    if leads == 0 or settings.PRODUCTION or get_user_model().objects.exists():
        return
    said = io.StringIO()
    call_command("seed_demo", leads=leads, stdout=said)
    note = Path(settings.VAR_DIR) / LOGINS  # `up` shows it at every start
    note.touch(mode=0o600)
    note.write_text(said.getvalue())


def _state_of_static_files() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
