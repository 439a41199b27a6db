"""Reports as specifications and pure assembly."""
