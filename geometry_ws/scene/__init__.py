"""Surfaces, world, commits and damage: what is where. Pure."""
