"""What tests of clients take."""

import pytest

from geometry_ws.client import Client
from geometry_ws.client.address import Address

SMALL = 200_000
"""Bytes of a message that are enough for a part of a picture of 300 × 300."""


@pytest.fixture
def elsewhere(monkeypatch):
    """The node is on another machine, and takes small messages."""
    monkeypatch.setattr(Client, "largest_message", SMALL)
    monkeypatch.setattr(Address, "is_here", False)
