"""Pixels: composing, text, encoding and decoding pictures."""
