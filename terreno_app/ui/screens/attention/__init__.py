"""Atención: everything that is asked of one attention, on one page and by keyboard alone."""
