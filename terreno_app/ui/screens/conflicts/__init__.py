"""Conflictos: two people changed the same; both are shown with who and when, and a person decides what stays."""
