"""Finding the products of a plan, and putting answers into words."""
