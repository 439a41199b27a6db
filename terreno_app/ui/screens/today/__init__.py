"""Hoy: the open outing, its counters against the goal, and the attentions of the day with their state."""
