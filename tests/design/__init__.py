"""Tests of the look: tokens, icons, signs."""
