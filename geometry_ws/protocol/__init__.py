"""The wire contract: every procedure, topic, type, error and role, declared once."""
