"""Surfaces, world, commits, damage, seats and attention: what is where. Pure."""
