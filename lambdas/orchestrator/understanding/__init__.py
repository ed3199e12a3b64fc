"""What one message says, read by code."""
