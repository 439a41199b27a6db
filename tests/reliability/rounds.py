"""Lives of one laptop folder, each in a process of its own that dies in the middle. Run by the tests as a program.

rounds.py kill FOLDER ROUNDS     saves as fast as it can until a SIGKILL; prints the ops that were acknowledged
rounds.py full FOLDER BYTES…     saves until no file may grow beyond so many bytes; prints ops and errors
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from terreno_app.storage.errors import StorageError
from tests.storage.laptop import Laptop, a_uuid, open_store

MOST_SAVES = 200


def live(folder: Path, number: int, acknowledged: int, *, durable: bool) -> None:
    """Save and edit until death; an op is named only after its transaction returned."""
    store = open_store(folder, durable=durable)
    laptop = Laptop(store, device=1000 + number)
    for n in range(MOST_SAVES):
        op = laptop.save({"topic": f"{number}/{n}", "description": "gotera" * 50})
        os.write(acknowledged, (op + "\n").encode())
        edit = laptop.save({"topic": f"{number}/{n} otra vez"}, record=laptop.record_of(op))
        os.write(acknowledged, (edit + "\n").encode())


def killed(folder: Path, number: int) -> list[str]:
    """One life that ends by SIGKILL at no particular moment."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        live(folder, number, writing, durable=True)
        os._exit(0)
    os.close(writing)
    heard = b""
    while len(heard) < len(a_uuid(0)) * (1 + number % 7):
        heard += os.read(reading, 37)
    until = time.perf_counter() + (number % 11) * 0.0003
    while time.perf_counter() < until:
        pass
    os.kill(child, signal.SIGKILL)
    while more := os.read(reading, 65536):
        heard += more
    os.waitpid(child, 0)
    os.close(reading)
    return [line for line in heard.decode().split("\n") if len(line) == len(a_uuid(0))]


def until_full(folder: Path, number: int, limit: int) -> dict[str, object]:
    """One life in which no file may grow beyond a limit; it ends at the first error."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            live(folder, number, writing, durable=False)
        except StorageError as error:
            os.write(writing, f"error {type(error).__name__}\n".encode())
        os._exit(0)
    os.close(writing)
    heard = b""
    while more := os.read(reading, 65536):
        heard += more
    _, status = os.waitpid(child, 0)
    os.close(reading)
    lines = heard.decode().split("\n")[:-1]
    errors = [line.removeprefix("error ") for line in lines if line.startswith("error ")]
    return {
        "ops": [line for line in lines if line not in {f"error {e}" for e in errors}],
        "errors": errors,
        "status": status,
    }


def main(what: str, folder: Path, told: list[int]) -> None:
    Laptop.enrolled(folder).store.close()
    if what == "kill":
        answer: object = [op for number in range(told[0]) for op in killed(folder, number)]
    else:
        answer = [until_full(folder, number, limit) for number, limit in enumerate(told)]
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [int(number) for number in sys.argv[3:]])
