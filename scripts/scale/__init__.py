"""The catalogue at scale: products and vectors of any number, questions about them, and what they cost."""
