"""Bloqueo: the PIN of the day, the screen that asks for it, and the one that shows nothing."""
