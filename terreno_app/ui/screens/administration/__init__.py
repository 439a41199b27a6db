"""Administración: who can open this laptop, and a key for one more person."""
