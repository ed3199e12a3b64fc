"""What `make bench-search` and `make bench-engines` measure with."""
