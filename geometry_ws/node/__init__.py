"""The router's configuration; start, supervise and stop a node."""
