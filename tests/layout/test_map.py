import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAP = ROOT / "docs" / "map.md"
SOURCES = {"terreno_app": ".py", "sync": ".py", "benchmarks": ".py", "packaging": ""}


def sources():
    """Every file of code, by its path in the repository; an `__init__.py` only names its folder."""
    return {
        file.relative_to(ROOT).as_posix()
        for folder, suffix in SOURCES.items()
        for file in (ROOT / folder).rglob(f"*{suffix}")
        if file.is_file() and file.name != "__init__.py" and "__pycache__" not in file.parts
    }


def places():
    """What the map names: in a section headed by a folder, each line that starts with a file's name."""
    folder = ""
    named = []
    for line in MAP.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"#+ `(?P<folder>[^`]*)`", line):
            folder = heading["folder"].lstrip("/")
        elif item := re.match(r"- `(?P<name>[^`]+)` — (?P<what>.+)", line):
            named.append(folder + item["name"])
    return named


def test_every_source_file_is_on_the_map():
    missing = sources() - set(places())

    assert missing == set()


def test_the_map_names_nothing_that_is_gone():
    gone = [place for place in places() if not (ROOT / place).exists()]

    assert gone == []


def test_no_place_is_named_twice():
    named = places()

    assert len(named) == len(set(named))


def test_links_between_pages_lead_somewhere():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [
        (page.relative_to(ROOT).as_posix(), target)
        for page in pages
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    ]

    broken = [(page, target) for page, target in links if not (ROOT / page).parent.joinpath(target).exists()]

    assert broken == []


def test_every_make_target_that_a_page_names_exists():
    targets = set(
        re.findall(r"^([a-z-]+)(?: [a-z-]+)*:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    named = {name for page in pages for name in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))}

    assert named - targets == set()


def test_every_path_that_a_page_names_exists():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    folders = "|".join((*SOURCES, "docs", "requirements", "resources", "tests"))
    named = {
        path for page in pages for path in re.findall(rf"`((?:{folders})/[\w./-]*)`", page.read_text(encoding="utf-8"))
    }

    gone = sorted(path for path in named if not (ROOT / path).exists())

    assert gone == []
