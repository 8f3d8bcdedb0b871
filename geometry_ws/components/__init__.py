"""The WAMP sessions Compositor, OpenSpec and Board."""
