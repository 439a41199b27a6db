"""What Windows shows of a program without running it: its icon and its version. `resources.py FOLDER` writes both.

In: the checkout. Out: `terreno.ico` and `version.txt`, which the spec names.
"""

import argparse
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from facts import source_of
from icons import draw

PARTS = 4
VERSION = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([
      StringTable("0C0A04B0", [
        StringStruct("CompanyName", "Ministerio Secretaría General de Gobierno"),
        StringStruct("FileDescription", "Terreno: atención ciudadana en terreno"),
        StringStruct("FileVersion", "{version}"),
        StringStruct("InternalName", "terreno"),
        StringStruct("OriginalFilename", "terreno.exe"),
        StringStruct("ProductName", "Terreno"),
        StringStruct("ProductVersion", "{version}"),
      ])
    ]),
    VarFileInfo([VarStruct("Translation", [0x0C0A, 1200])]),
  ],
)
"""


def version_file(version: str) -> str:
    """The version in the form that PyInstaller reads for Windows: four numbers, and the text that people see."""
    found = [int(number) for number in re.findall(r"\d+", version)][:PARTS]
    return VERSION.format(numbers=tuple(found + [0] * (PARTS - len(found))), version=version)


def main() -> None:
    """Write both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    draw(folder)
    version = source_of(Path(__file__).parents[2]).version
    (folder / "version.txt").write_text(version_file(version), encoding="utf-8")


if __name__ == "__main__":
    main()
