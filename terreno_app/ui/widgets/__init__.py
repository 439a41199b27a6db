"""The components every screen is made of."""
