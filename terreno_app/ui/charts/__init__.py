"""Charts drawn with QPainter; each carries its figures in its accessible description."""
