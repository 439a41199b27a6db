"""The desktop; Qt lives here only."""
