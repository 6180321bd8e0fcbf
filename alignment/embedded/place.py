"""VAR_DIR: the folder that holds everything a local installation keeps."""

import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]


def var_dir() -> Path:
    """The absolute path of VAR_DIR; a relative one starts at the project's folder."""
    return BASE_DIR / Path(os.environ.get("VAR_DIR") or "var").expanduser()


def local_secret_key(folder: Path) -> str:
    """The random SECRET_KEY kept in `folder`, made at the first call."""
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(64))
    return path.read_text()


def _write_once(path: Path, text: str) -> None:
    # Two processes may get here at once: each writes its own file, the first link wins.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
