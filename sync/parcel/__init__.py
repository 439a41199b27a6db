"""A sealed file between a device and the centre: how it is written, and how it is opened without believing it."""
