"""Frames, viewers and flow control. Clock and send are handed in."""
