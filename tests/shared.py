"""Real data that lies beside the checkout; the tests that use it say so where it is absent."""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"

needs_olist = pytest.mark.skipif(
    not (DATA / "olist").is_dir(), reason="the Olist files are not beside this checkout (../shared/data/olist)"
)
