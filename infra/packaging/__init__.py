"""Lambda packages without Docker: locked wheels for Lambda's own platform, and our sources."""
