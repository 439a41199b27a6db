"""The printers that this machine's system knows."""

from PySide6.QtPrintSupport import QPrinterInfo


def installed() -> tuple[str, ...]:
    """Their names; the system is asked anew each time, for a printer is plugged in when it is needed."""
    return tuple(QPrinterInfo.availablePrinterNames())
