"""Tests of the sessions below components and clients."""
