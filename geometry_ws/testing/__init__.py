"""Fakes and builders for tests of programs that use geometry_ws."""
