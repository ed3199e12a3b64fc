"""Cold starts as Lambda has them: `make bench-cold`."""
