"""Charts drawn by our own painters."""
