"""The dashboard, built into dist/."""
