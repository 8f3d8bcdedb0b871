"""Helpers that several folders of tests use.

nodes.py           a real node, and the small project that it shows: fixtures
golden_pictures.py the comparison with a golden picture: a fixture
board_builders.py  small boards for the tests of the board
"""
