"""One day at the stand, played from end to end on this machine."""
