"""The desktop of a laptop that holds 50,000 attentions: unlocking it, attending, saving, searching, and its memory.

Each laptop is opened in a process of its own, by real keys, over the real encrypted store, drawn without a display.
The limit of each figure is the same desktop on a laptop that holds nothing yet; that of a save is one bare commit
beside it, that of a report reading every record once. The derivation of the key is apart: it costs what it is told to.
Every report is made on a laptop of coordination, which holds as many and may ask them all.
A key is counted until all it changes is painted, the one that saves until the form of the next person is, in the time
of the processor, so that who else works on the machine does not count; a save is by the clock.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from benchmarks import filled, told
from terreno_app.cli.window import ClosedLaptop
from terreno_app.desktop import OpenLaptop
from terreno_app.domain.clock import santiago_day
from terreno_app.domain.reports import annual
from terreno_app.domain.reports.registry import REPORTS
from terreno_app.services.attentions import Attentions
from terreno_app.settings import Settings
from terreno_app.storage.connection import open_database
from terreno_app.ui.application import Desktop, application
from tests.ui.officer.keyboard import cost, press, press_one, strokes
from tests.ui.officer.people import COMPLAINT, COMPLAINTS, PLAIN, PLAIN_QUERIES

RECORDS = 50_000
PEOPLE = 100
UNLOCK_MS, KEY_MS, SAVE_MS, SEARCH_MS, REPORT_MS, MEMORY_MB = 1_000, 16, 10, 100, 1_000, 250
REST_S, PATIENCE_S = 2, 60
LONG, LETTERS = 3_900, 80
PERSON = "cpgu<Return>f<Tab>65<Ctrl+Return>"
QUERIES = ("vivienda", "pgu santiago", "srcei", "consulta talagante", "000148", "reclamo salud", "zzzz zzzz")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        full, empty = (_measured(Path(folder) / str(records), records) for records in (RECORDS, 0))
        reports, documents, held = _reports(Path(folder) / "coordination")
    told.note(held)
    told.ms("unlock to Hoy, by the processor", full["unlock"], at_most=UNLOCK_MS, limit=empty["unlock"])
    told.ms("  the same, by the clock", full["unlock_clock"], limit=empty["unlock_clock"])
    told.ms("  first unlock of the hour", full["first"], limit=empty["first"])
    told.ms("a key in Atención, p99", _part(full["keys"], 99), at_most=KEY_MS, limit=_part(empty["keys"], 99))
    told.ms("  median", _part(full["keys"], 50), limit=_part(empty["keys"], 50))
    told.ms("a key in a text of 3,900 letters, p99", _part(full["letters"], 99), at_most=KEY_MS, limit=full["letter"])
    told.ms("  leaving that text, without a blank in it, p99", _part(full["leaving"], 99), at_most=KEY_MS)
    told.ms("a save, p99", _part(full["saves"], 99), at_most=SAVE_MS, limit=_part(full["commits"], 99))
    told.ms("  median", _part(full["saves"], 50), limit=_part(full["commits"], 50))
    told.amount("  saves in the thread of the screen", full["on_screen"], "", at_most=0)
    told.ms("search in all attentions, p95", _part(full["searches"], 95), at_most=SEARCH_MS)
    told.ms("the month to its PDF, by the processor", full["month"], at_most=REPORT_MS, limit=full["documents"])
    told.ms("  the same, by the clock", full["month_clock"])
    for name, taken_ms in reports.items():
        told.ms(f"{name}, by the processor", taken_ms, at_most=REPORT_MS, limit=documents)
    told.amount("memory after unlocking", full["memory"], "MB", at_most=MEMORY_MB)
    told.amount("  of a laptop that holds nothing", empty["memory"], "MB")
    plain, complaint = (max(cost(one.keys).work for one in some) for some in (PLAIN_QUERIES, COMPLAINTS))
    told.amount("keystrokes of a plain query, at most", plain, "", at_most=PLAIN)
    told.amount("keystrokes of a complaint, free text apart", complaint, "", at_most=COMPLAINT)


def _measured(laptop: Path, records: int) -> dict[str, Any]:
    filled.fill(laptop, records)
    command = [sys.executable, "-m", "benchmarks.desktop", str(laptop)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(command, check=True, capture_output=True, env=environment)
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def _reports(path: Path) -> tuple[dict[str, float], float, str]:
    """Milliseconds of the processor for each report until its PDF, and for reading every attention once; what is held.

    A report is of this month, that of the year of this year; each is the first that its laptop makes of its kind.
    """
    filled.fill(path, RECORDS, "coordination")
    laptop = filled.opened(path)
    month = santiago_day(filled.MACHINE.clock.now()).isoformat()[: len("2026-11")]
    periods = {name: month[: len("2026")] if name == annual.NAME else month for name in REPORTS}
    taken = {
        f"{name} of {period}": _work_ms(partial(_to_pdf, laptop, name, period)) for name, period in periods.items()
    }
    documents = _work_ms(lambda: laptop.store.select("attention"))
    held = filled.told_of(laptop)
    laptop.close()
    return taken, documents, held


def _to_pdf(laptop: OpenLaptop, name: str, period: str) -> bytes:
    return laptop.publisher.pdf(laptop.reports.build(name, period))


def _part(values: list[float], percent: int) -> float:
    """What so many of a hundred do not go beyond."""
    return sorted(values)[len(values) * percent // 100]


class _Sitting:
    """One process on one laptop."""

    def __init__(self, laptop: Path) -> None:
        self._app = application()
        self._laptop = laptop
        closed = ClosedLaptop(laptop, filled.MACHINE.clock, Settings(), filled.MACHINE)
        self._desktop = Desktop(self._app, closed)
        self._saves: list[float] = []
        self._on_screen = 0

    def figures(self) -> dict[str, Any]:
        """All that is measured, as plain values."""
        self._desktop.start()
        self._wait(lambda: self._desktop.ready)
        QTest.qWait(1000 * REST_S)  # what an open laptop needs is loaded while a person types
        first, _ = self._unlock()
        self._desktop.lock_whole()
        self._wait(lambda: self._desktop.ready)
        unlock, unlock_clock = self._unlock()
        QTest.qWait(1000 * REST_S)
        memory = _memory_mb()
        keys, commits = self._attend()
        letters, leaving, letter = self._write_long()
        searches = self._search()
        month, month_clock, documents = self._month()
        return {
            "first": first,
            "unlock": unlock,
            "unlock_clock": unlock_clock,
            "memory": memory,
            "keys": keys,
            "letters": letters,
            "leaving": leaving,
            "letter": letter,
            "saves": self._saves,
            "commits": commits,
            "on_screen": self._on_screen,
            "searches": searches,
            "month": month,
            "month_clock": month_clock,
            "documents": documents,
        }

    @property
    def _session(self) -> OpenLaptop:
        session = self._main._session  # noqa: SLF001  the use cases behind the screen
        if not isinstance(session, OpenLaptop):
            raise TypeError
        return session

    @property
    def _main(self) -> Any:
        return self._desktop.main

    def _unlock(self) -> tuple[float, float]:
        press(filled.PHRASE)
        clock, processor = time.perf_counter(), time.process_time()
        press("<Return>")
        self._wait(lambda: self._main is not None)
        press("<Esc>")
        self._wait(lambda: self._main._stand.today.session is not None)  # noqa: SLF001
        self._app.processEvents()
        return (time.process_time() - processor) * 1000, (time.perf_counter() - clock) * 1000

    def _attend(self) -> tuple[list[float], list[float]]:
        """Milliseconds of each key, and of each bare commit after a save."""
        keys: list[float] = []
        commits: list[float] = []
        raw = open_database(self._laptop / "raw.db", os.urandom(32))
        raw.execute("CREATE TABLE saves (place INTEGER PRIMARY KEY, body BLOB) STRICT")
        self._listen_to_saves()
        attention = self._main._stand.attention  # noqa: SLF001
        press("<F2>")
        self._wait(lambda: self._main.place == "attention")
        for person in range(1, PEOPLE + 1):
            *before, last = strokes(PERSON)
            keys += [_processor_ms(partial(press_one, *one)) for one in before]
            began = time.thread_time()
            press_one(*last)
            self._rest_until(lambda person=person: len(self._saves) == person and not attention.writing)
            keys.append((time.thread_time() - began) * 1000)
            commits.append(_clock_ms(lambda: raw.execute("INSERT INTO saves (body) VALUES (?)", (os.urandom(3_000),))))
        raw.close()
        return keys, commits

    def _write_long(self) -> tuple[list[float], list[float], float]:
        """Milliseconds of each letter in a long text, of each time it is left, and of a letter in an empty one."""
        press("r<Alt+L>")
        text = QApplication.focusWidget()
        if not isinstance(text, QPlainTextEdit):
            raise TypeError
        letter = median(_processor_ms(partial(press_one, "", "a")) for _ in range(LETTERS))
        text.setPlainText("feria libre " * (LONG // 12))
        text.moveCursor(QTextCursor.MoveOperation.End)
        letters = [_processor_ms(partial(press_one, "", one)) for one in "sol " * (LETTERS // 4)]
        text.setPlainText("f" * LONG)
        leaving = []
        for _ in range(LETTERS // 4):
            leaving.append(_processor_ms(partial(press_one, "Tab", "")))
            text.setFocus()
        press("<Esc><Esc>")
        self._wait(lambda: self._main.place == "today")
        return letters, leaving, letter

    def _listen_to_saves(self) -> None:
        register = Attentions.register

        def timed(attentions: Attentions, *given: Any) -> Any:
            began = time.perf_counter()
            done = register(attentions, *given)
            self._saves.append((time.perf_counter() - began) * 1000)
            self._on_screen += threading.current_thread() is threading.main_thread()
            return done

        Attentions.register = timed  # type: ignore[method-assign]  # a stopwatch around the real one

    def _search(self) -> list[float]:
        """Milliseconds of each search, letter by letter."""
        typed = [query[:n] for query in QUERIES for n in range(2, len(query) + 1)]
        return [_clock_ms(partial(self._session.attentions.find, part)) for part in typed]

    def _month(self) -> tuple[float, float, float]:
        """Milliseconds of the month's report to its PDF, the same by the clock, and of reading every attention once."""
        laptop = self._session
        period = santiago_day(filled.MACHINE.clock.now()).isoformat()[: len("2026-11")]
        clock = time.perf_counter()
        month = _work_ms(partial(_to_pdf, laptop, "monthly_summary", period))
        clock_ms = (time.perf_counter() - clock) * 1000
        return month, clock_ms, _work_ms(lambda: laptop.store.select("attention"))

    def _rest_until(self, until: Callable[[], bool]) -> None:
        """Wait without costing the processor anything."""
        end = time.monotonic() + PATIENCE_S
        while not until():
            if time.monotonic() > end:
                raise TimeoutError
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        QApplication.processEvents()

    def _wait(self, until: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not until():
            if time.monotonic() > end:
                raise TimeoutError
            QApplication.processEvents()


def _processor_ms(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000


def _work_ms(work: Callable[[], object]) -> float:
    """Of all threads: the setting of a PDF takes several."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _clock_ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _memory_mb() -> float:
    told_kib = next(line for line in Path("/proc/self/status").read_text("utf-8").splitlines() if "VmRSS" in line)
    return int(told_kib.split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(_Sitting(Path(sys.argv[1])).figures()), flush=True)
    os._exit(0)
