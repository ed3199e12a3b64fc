"""A deployed API, looked at from outside."""
