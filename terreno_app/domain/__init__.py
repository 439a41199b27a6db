"""The words and rules of citizen attention; pure."""
