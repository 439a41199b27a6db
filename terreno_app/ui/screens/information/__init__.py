"""Información: what the stand tells people, to search, to tell, to take away, and to note as given."""
