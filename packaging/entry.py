"""Where the frozen program begins."""

from terreno_app.launching import start

start()
