"""Tests of what is built and released: wheel, sdist, site, changelog, workflow."""
