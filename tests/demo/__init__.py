"""Tests of the demo: its project, its programs, and the command."""
