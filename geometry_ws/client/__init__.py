"""What a Python program uses to draw, watch and call."""
