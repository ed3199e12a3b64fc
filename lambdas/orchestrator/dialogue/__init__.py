"""What to do about a message, given the conversation."""
