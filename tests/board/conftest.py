"""Golden pictures: what the drawing tests compare with.

Set GEOMETRY_WS_UPDATE_GOLDEN=1 to write the pictures of this run as the new golden ones (look at
them before committing). When a comparison fails, the actual picture and a picture of the
differences are written to the test's temporary folder, and the message says where.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "golden"))

from golden_pictures import Golden


@pytest.fixture
def golden(tmp_path):
    """Give the comparison with a golden picture: golden.exact(name, pixels), golden.close(…)."""
    return Golden(tmp_path)
