"""What `make bench-engines` compares: pgvector, and what others would pick instead of it."""
