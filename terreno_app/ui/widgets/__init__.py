"""The components of every screen: plain Qt widgets with accessible names, drawn from the tokens of a theme."""
