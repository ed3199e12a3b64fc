"""The language model: its client, its two roles, and the guard on what it says."""
