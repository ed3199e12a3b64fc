"""What several stacks build with."""
