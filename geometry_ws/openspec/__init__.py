"""The OpenSpec format (pure) and the store that touches the project's files."""
