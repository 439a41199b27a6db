"""The system's printer, by commands that stand where those of CUPS would."""

from pathlib import Path

import pytest

from terreno_app.publish import printer as printing
from terreno_app.publish.printer import NoPrinterError, PrinterRefusedError, SystemPrinter

KNOWN = "case $1 in -d) echo 'system default destination: Oficina';; esac"
NO_DEFAULT = "case $1 in -d) echo 'no system default destination';; -e) echo Meson; echo Otra;; esac"
NONE = "case $1 in -d) echo 'no system default destination';; esac"


def commands(folder: Path, lpstat: str = KNOWN, lp: str | None = None) -> SystemPrinter:
    took = f'cat > "{folder}/pages"; printf "%s\\n" "$@" > "{folder}/arguments"; echo "$LC_ALL" > "{folder}/language"'
    for name, body in (("lpstat", lpstat), ("lp", took if lp is None else lp)):
        file = folder / name
        file.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{body}\n")
        file.chmod(0o755)
    return SystemPrinter(str(folder))


def test_a_pdf_reaches_the_default_printer_with_its_paper(tmp_path: Path) -> None:
    printer = commands(tmp_path)

    name = printer.print_pdf(b"%PDF of a page", "Comprobante", "A4")

    assert name == "Oficina"
    assert (tmp_path / "pages").read_bytes() == b"%PDF of a page"
    assert (tmp_path / "arguments").read_text().splitlines() == [
        *("-d", "Oficina", "-t", "Comprobante", "-o", "media=A4", "-")
    ]


def test_the_paper_of_a_roll_is_left_to_its_printer(tmp_path: Path) -> None:
    commands(tmp_path).print_pdf(b"%PDF", "Comprobante")

    assert "-o" not in (tmp_path / "arguments").read_text().splitlines()


def test_the_commands_answer_in_words_that_are_understood_in_any_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "es_CL.UTF-8")

    commands(tmp_path).print_pdf(b"%PDF", "Comprobante")

    assert (tmp_path / "language").read_text().strip() == "C"


def test_without_a_default_the_first_printer_takes_it(tmp_path: Path) -> None:
    assert commands(tmp_path, NO_DEFAULT).print_pdf(b"%PDF", "Comprobante") == "Meson"


@pytest.mark.parametrize("lpstat", [NONE, "exit 1"], ids=["none is known", "the print service does not run"])
def test_a_machine_without_a_printer_says_so(tmp_path: Path, lpstat: str) -> None:
    with pytest.raises(NoPrinterError):
        commands(tmp_path, lpstat).print_pdf(b"%PDF", "Comprobante")


def test_a_system_without_the_commands_has_no_printer(tmp_path: Path) -> None:
    with pytest.raises(NoPrinterError):
        SystemPrinter(str(tmp_path)).print_pdf(b"%PDF", "Comprobante")


def test_a_printer_that_refuses_says_so(tmp_path: Path) -> None:
    with pytest.raises(PrinterRefusedError):
        commands(tmp_path, lp="exit 1").print_pdf(b"%PDF", "Comprobante")


def test_a_printer_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PATIENCE_S", 0.2)

    with pytest.raises(PrinterRefusedError):
        commands(tmp_path, lp="exec sleep 30").print_pdf(b"%PDF", "Comprobante")


def test_the_printer_learns_no_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRENO_PASSPHRASE", "la frase de ana")
    printer = commands(tmp_path, lp=f'cat >/dev/null; env > "{tmp_path}/told"')

    printer.print_pdf(b"%PDF", "Comprobante")

    assert "PATH=" in (tmp_path / "told").read_text()
    assert "TERRENO" not in (tmp_path / "told").read_text()


@pytest.mark.parametrize(("before", "found"), [(None, "none"), ("/usr/local/lib", "/usr/local/lib")])
def test_a_frozen_program_lets_the_printer_have_the_libraries_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str | None, found: str
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/terreno/_internal")
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    printer = commands(tmp_path, lp=f'cat >/dev/null; echo "${{LD_LIBRARY_PATH-none}}" > "{tmp_path}/libraries"')

    printer.print_pdf(b"%PDF", "Comprobante")

    assert (tmp_path / "libraries").read_text().strip() == found
