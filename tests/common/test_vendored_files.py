"""Front-end files from elsewhere are exactly those that the manifest names."""

import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
MANIFEST = json.loads((ROOT / "static" / "vendor" / "vendor.json").read_text())


@pytest.mark.parametrize("path", sorted(MANIFEST["files"]))
def test_a_vendored_file_has_the_hash_of_its_manifest(path):
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == MANIFEST["files"][path]["sha256"]


def test_every_vendored_package_names_its_version_and_licence_as_pinned():
    pinned = json.loads((ROOT / "frontend" / "package.json").read_text())["devDependencies"]
    assert {name: package["version"] for name, package in MANIFEST["packages"].items()} == pinned
    assert all(package["licence"] for package in MANIFEST["packages"].values())


def test_the_lock_file_names_no_package_index():
    assert "resolved" not in (ROOT / "frontend" / "package-lock.json").read_text()
