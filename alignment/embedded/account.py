"""Who the embedded servers run as, and folders that this account can reach."""

import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from alignment.embedded.errors import EmbeddedError

# Never the user's locale: initdb fails with one that the machine does not have.
CLEAN_ENV = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
# A socket's path may have 104 bytes on macOS, 108 on Linux.
LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class Account:
    """The user that the servers run as; `switch` when that is another one than ours."""

    uid: int
    gid: int
    switch: bool

    def run(self, *args: object, **kwargs: Any) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, without the user's environment and folder."""
        who: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run(  # noqa: S603 - only programs of our own wheels
            [str(arg) for arg in args], env=CLEAN_ENV, cwd="/", text=True, check=False, **who, **kwargs
        )

    def own(self, *paths: Path) -> None:
        """Give the paths to the account."""
        if self.switch:
            for path in paths:
                os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def write(self, path: Path, text: str) -> None:
        """Write a file that only the account can read."""
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text)
        self.own(path)

    def reaches(self, path: Path) -> bool:
        """Whether the account can enter every folder down to `path`."""
        return self.run("/bin/sh", "-c", 'cd "$1"', "sh", path, stderr=subprocess.DEVNULL).returncode == 0

    def make_private(self, folder: Path) -> None:
        """Make a folder that nobody else can enter, or check that it is one."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {self.uid, os.geteuid()}:
            raise EmbeddedError(f"{folder} belongs to somebody else. Remove it, or choose another VAR_DIR.")
        self.own(folder)
        folder.chmod(0o700)


def account_for(folder: Path) -> Account:
    """Ourselves; but PostgreSQL refuses to run as root, who gets the owner of `folder`, else `nobody`."""
    uid = os.geteuid()
    if uid != 0:
        return _named(uid, switch=False)
    owner = next(p for p in (folder, *folder.parents) if p.exists()).stat().st_uid
    try:
        return _named(owner or pwd.getpwnam("nobody").pw_uid, switch=True)
    except EmbeddedError:
        return _named(pwd.getpwnam("nobody").pw_uid, switch=True)


def _named(uid: int, *, switch: bool) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL runs only for a user with a name, and uid {uid} has no line in /etc/passwd. "
            "Add one, or name a server in DATABASE_URL."
        ) from None
    return Account(uid, entry.pw_gid, switch)


def home_of(server: str, folder: Path) -> tuple[Path, Account]:
    """The private folder of one server within VAR_DIR, made when missing, and the account that it runs as.

    Where the account can't reach VAR_DIR (root keeps the project in a closed home), the folder is elsewhere and
    VAR_DIR has a link to it: opening somebody's home for this is not ours to do.
    """
    if not folder.exists():
        folder.mkdir(parents=True, mode=0o755 if os.geteuid() == 0 else 0o700)
    home = folder / server
    account = account_for(home)
    if account.switch and not home.exists() and not account.reaches(folder):
        elsewhere = next(p for p in (Path("/var/lib"), Path("/var/tmp")) if p.is_dir())  # noqa: S108
        home.unlink(missing_ok=True)
        home.symlink_to(tempfile.mkdtemp(prefix=f"alignment-{server}-", dir=elsewhere))
    try:
        account.make_private(home.resolve())
    except PermissionError:
        raise EmbeddedError(f"{folder} belongs to another user. Use that user, or choose another VAR_DIR.") from None
    return home.resolve(), account


def socket_folder(home: Path, socket_name: str, account: Account) -> Path:
    """A private folder for a Unix socket: in `home`, or in the system's temporary folder when that can't be.

    A path can be too long for a socket, and libpq takes a comma for the end of one host and the start of the next.
    """
    folder = home / "run"
    if len(os.fsencode(folder / socket_name)) >= LONGEST_SOCKET_PATH or "," in str(folder):
        digest = sha256(os.fsencode(home)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"alignment-{digest}"
    account.make_private(folder)
    return folder
