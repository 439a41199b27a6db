"""What nothing can be faster than: the same rows written with nothing looked at, the same bytes over bare HTTP."""

from __future__ import annotations

import http.client
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from benchmarks.centres import Database
from sync.central.serve import serve

Rows = Sequence[tuple[str, str]]
"""Id and content of each record."""


def raw_insert(database: Database, rows: Rows, size: int) -> float:
    """Records in a second into one table with one unique index, durable, a transaction for each so many.

    SQLite: a prepared `executemany`. PostgreSQL: one statement that is fed with the rows as JSON.
    """
    parts = [rows[start : start + size] for start in range(0, len(rows), size)]
    write = _into_file if database.name == "SQLite" else _into_server
    return len(rows) / write(database.new(), parts)


def _into_file(url: str, parts: Sequence[Rows]) -> float:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE raw (place INTEGER PRIMARY KEY, id TEXT NOT NULL, content TEXT NOT NULL) STRICT")
    connection.execute("CREATE UNIQUE INDEX raw_by_id ON raw (id)")
    began = time.perf_counter()
    for part in parts:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO raw (id, content) VALUES (?, ?)", part)
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took


def _into_server(url: str, parts: Sequence[Rows]) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE raw (place BIGINT GENERATED ALWAYS AS IDENTITY, id TEXT, content TEXT)")
        connection.execute("CREATE UNIQUE INDEX raw_by_id ON raw (id)")
        fed = [json.dumps([{"id": name, "content": content} for name, content in part]) for part in parts]
        began = time.perf_counter()
        for one in fed:
            connection.execute(
                "INSERT INTO raw (id, content)"
                " SELECT id, content FROM json_to_recordset(%s::json) AS x (id TEXT, content TEXT)",
                (one,),
            )
        return time.perf_counter() - began


def raw_select(database: Database, rows: Rows, size: int) -> float:
    """Records in a second out of that table, so many at a time, by the place of the last one."""
    url = database.new()
    if database.name == "SQLite":
        _into_file(url, [rows])
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return len(rows) / _read(lambda *at: connection.execute(_PAGE.format("?", "?"), at).fetchall(), size)
        finally:
            connection.close()
    _into_server(url, [rows])
    with psycopg.connect(url, autocommit=True) as server:
        return len(rows) / _read(lambda *at: server.execute(_PAGE.format("%s", "%s"), at).fetchall(), size)


_PAGE = "SELECT place, id, content FROM raw WHERE place > {} ORDER BY place LIMIT {}"


def _read(page: Callable[[int, int], list[tuple[int, str, str]]], size: int) -> float:
    began = time.perf_counter()
    place = 0
    while rows := page(place, size):
        place = rows[-1][0]
    return time.perf_counter() - began


async def _echo(scope: dict[str, object], receive: Callable, send: Callable) -> None:  # type: ignore[type-arg]
    """An application that reads a body and answers with as many bytes as the header `Wanted` says."""
    headers = dict(scope["headers"])  # type: ignore[call-overload]
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    wanted = bytes(int(headers.get(b"wanted", b"0")))
    length = str(len(wanted)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": wanted})


def bare_http_ms(exchanges: Sequence[tuple[int, int]]) -> float:
    """Milliseconds for these exchanges over loopback HTTP with a server that does nothing.

    Args:
        exchanges: Bytes there and bytes back of each request.
    """
    program = [sys.executable, __file__]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent)
    if process.stdout is None:
        raise AssertionError("it is a pipe")
    try:
        line = http.client.HTTPConnection(process.stdout.readline().strip().removeprefix("http://"), timeout=60)
        for there, back in ((0, 0), *exchanges[:1]):
            _exchange(line, there, back)
        began = time.perf_counter()
        for there, back in exchanges:
            _exchange(line, there, back)
        took = time.perf_counter() - began
        line.close()
        return took * 1_000
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def _exchange(line: http.client.HTTPConnection, there: int, back: int) -> None:
    line.request("POST", "/", bytes(there), {"Wanted": str(back)})
    line.getresponse().read()


def main() -> None:
    """Serve nothing until the process is told to stop; say where on one line."""
    serve(_echo, "127.0.0.1", 0, lambda url: print(url, flush=True))  # type: ignore[arg-type]  # any application will do


if __name__ == "__main__":
    main()
