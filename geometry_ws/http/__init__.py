"""The HTTP edge: pages, calls by curl, pictures."""
