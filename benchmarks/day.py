"""A day of 120 records, synchronised over loopback; beside it the same bytes over bare HTTP and one bare commit.

Target (product.md): 0.5 s at most on two cores. The centre is the real one, on SQLite, in another process.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from statistics import median

import orjson
import requests

from terreno_app import central
from terreno_app.desktop import OpenLaptop, drawn_passphrase, open_laptop, system_clock
from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.clock import instant, santiago_day
from terreno_app.enrolling import enrol_laptop

RECORDS = 120
ROUNDS = 5
TARGET_S = 0.5


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        database = f"sqlite:///{root / 'centre.db'}"
        central.init(database, "Coordinación")
        officer = central.add_officer(database, "Oficial", "13", "officer")
        code = central.new_code(database, "13", "field").code
        server = subprocess.Popen(
            [sys.executable, "-m", "terreno_app", "central", "serve", "--database", database],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            url = (server.stdout.readline() if server.stdout else b"").decode().strip()
            phrase = drawn_passphrase()
            enrol_laptop(root / "t", central=url, code=code, officer=officer, ca=None, passphrase=lambda: phrase)
            laptop = open_laptop(root / "t", officer, lambda: phrase)
            try:
                _print(laptop, root)
            finally:
                laptop.close()
        finally:
            server.terminate()
            server.wait()
            if server.stdout:
                server.stdout.close()


def _print(laptop: OpenLaptop, root: Path) -> None:
    laptop.sync_day.run(lambda _: None, lambda: False)
    _open_outing(laptop)
    took, bare = [], []
    for _ in range(ROUNDS):
        _register(laptop)
        body = orjson.dumps(laptop.store.next_batch(1_000, 2**21).to_wire())  # type: ignore[union-attr]  # there are ops
        bare.append(_bare(body, root))
        started = time.perf_counter()
        outcome = laptop.sync_day.run(lambda _: None, lambda: False)
        took.append(time.perf_counter() - started)
        if outcome.pending or outcome.sent < RECORDS:
            raise SystemExit("the day was not synchronised whole")
    ratio = median(took) / median(bare)
    verdict = "met" if median(took) <= TARGET_S else "MISSED"
    print(f"a day of {RECORDS} records synchronised: {median(took):.3f} s (target {TARGET_S} s, {verdict})")
    print(f"  the same bytes over bare HTTP and one bare durable commit: {median(bare):.3f} s; ratio {ratio:.1f}")


def _open_outing(laptop: OpenLaptop) -> None:
    today = santiago_day(system_clock().now()).isoformat()
    planned = laptop.paper.register_one(
        {"kind": "outing", "planned_on": today, "comuna": "13110", "place_name": "Plaza"}, laptop.person.id
    )
    laptop.outings.open(planned.id, laptop.person.id)


def _register(laptop: OpenLaptop) -> None:
    now = system_clock().now()
    for turn in range(RECORDS):
        fields = {
            "type": "enquiry",
            "topic": "vivienda",
            "programme": "DS49",
            "received_at": instant(now - timedelta(seconds=turn)),
            "sex": "F",
            "age_band": "T30_44",
            "nationality": "CL",
            "residence_comuna": "13110",
            "answer_given": "Se explicó el trámite y dónde seguir.",
        }
        laptop.attentions.register(AttentionDraft(fields), laptop.person.id)


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's signature
        """Say nothing."""


def _bare(body: bytes, root: Path) -> float:
    """Seconds for four round trips, one of them with the batch, and one durable commit of its rows."""
    server = HTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connection = sqlite3.connect(root / "bare.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS ops (op TEXT, body BLOB)")
    connection.commit()
    rows = [(op["op"], orjson.dumps(op)) for op in orjson.loads(body)["ops"]]
    url = f"http://127.0.0.1:{server.server_port}/"
    with requests.Session() as session:
        started = time.perf_counter()
        for content in (b"{}", body, b"{}", b"{}"):
            session.post(url, data=content, timeout=10).raise_for_status()
        connection.executemany("INSERT INTO ops VALUES (?, ?)", rows)
        connection.commit()
        took = time.perf_counter() - started
    connection.close()
    server.shutdown()
    server.server_close()
    return took


if __name__ == "__main__":
    main()
