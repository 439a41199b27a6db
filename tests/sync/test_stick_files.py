"""Files on a stick: whole or not there, and every trouble with the medium told by one short word."""

import errno
import io
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sync.parcel.files import MediumError, MediumFile, reading, whole_file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def short_files(size: int) -> Iterator[None]:
    """A disk on which no file may grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_is_there_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "ida.terreno"

    with whole_file(path) as file:
        file.write(b"first")
        during = path.exists()
        file.empty()
        file.write(b"content")

    assert not during
    assert path.read_bytes() == b"content"
    assert names(tmp_path) == ["ida.terreno"]


def test_what_fails_half_way_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "ida.terreno"
    path.write_bytes(b"older")

    with pytest.raises(MediumError), short_files(5), whole_file(path, replace=True) as file:
        file.write(b"newer than that")

    assert path.read_bytes() == b"older"
    assert names(tmp_path) == ["ida.terreno"]


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "ida.terreno"
    path.write_bytes(b"older")

    with pytest.raises(MediumError) as trouble, whole_file(path) as file:
        file.write(b"newer")
    refused = path.read_bytes()
    with whole_file(path, replace=True) as file:
        file.write(b"newer")

    assert (trouble.value.code, refused, path.read_bytes()) == ("file_taken", b"older", b"newer")
    assert names(tmp_path) == ["ida.terreno"]


def test_a_file_that_came_while_another_one_was_written_stays(tmp_path: Path) -> None:
    path = tmp_path / "ida.terreno"

    with pytest.raises(MediumError) as trouble, whole_file(path):
        path.write_bytes(b"older")

    assert (trouble.value.code, path.read_bytes()) == ("file_taken", b"older")
    assert names(tmp_path) == ["ida.terreno"]


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("kind", ["pipe", "link to nothing"])
def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path, kind: str, replace: bool) -> None:
    path = tmp_path / "stick"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "nothing")
    before = path.lstat()

    with pytest.raises(MediumError) as trouble, whole_file(path, replace=replace):
        raise AssertionError("nothing is written")

    after = path.lstat()
    assert (trouble.value.code, after.st_ino, after.st_mode) == ("file_taken", before.st_ino, before.st_mode)


def test_what_a_crash_left_behind_is_written_over(tmp_path: Path) -> None:
    (tmp_path / ".ida.terreno.part").write_bytes(b"x" * 100)

    with whole_file(tmp_path / "ida.terreno") as file:
        file.write(b"content")

    assert names(tmp_path) == ["ida.terreno"]
    assert (tmp_path / "ida.terreno").read_bytes() == b"content"


def test_others_may_read_what_is_sealed_anyway(tmp_path: Path) -> None:
    with whole_file(tmp_path / "ida.terreno") as file:
        file.write(b"content")

    assert (tmp_path / "ida.terreno").stat().st_mode & 0o077 == 0o044 & ~os.umask(os.umask(0o022)) & 0o077


@pytest.mark.parametrize("size", [20_000, 10], ids=["while writing", "at the end"])
def test_a_full_stick_keeps_nothing_half(tmp_path: Path, size: int) -> None:
    with pytest.raises(MediumError) as trouble, short_files(5), whole_file(tmp_path / "ida.terreno") as file:
        file.write(b"x" * size)

    assert trouble.value.code == "medium_full"
    assert names(tmp_path) == []


def test_a_folder_that_is_not_there_is_told_from_a_stick_that_was_pulled_out(tmp_path: Path) -> None:
    with pytest.raises(MediumError) as trouble, whole_file(tmp_path / "pendrive" / "ida.terreno"):
        pass

    assert trouble.value.code == "medium_absent"


def test_a_name_that_is_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "ida").mkdir()

    with pytest.raises(MediumError) as written, whole_file(tmp_path / "ida") as file:
        file.write(b"content")
    with pytest.raises(MediumError) as read, reading(tmp_path / "ida"):
        pass

    assert (written.value.code, read.value.code) == ("file_unreadable", "file_unreadable")
    assert names(tmp_path) == ["ida"]


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MediumError) as trouble, reading(tmp_path / "ida.terreno"):
        pass

    assert trouble.value.code == "file_missing"


def test_a_file_is_read_from_any_place(tmp_path: Path) -> None:
    (tmp_path / "ida.terreno").write_bytes(b"content")

    with reading(tmp_path / "ida.terreno") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(3)
        found = file.read(10)

    assert (end, found) == (7, b"tent")


class Broken(io.BytesIO):
    """A file on a stick in trouble."""

    def __init__(self, number: int) -> None:
        super().__init__(b"content")
        self._number = number

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(self._number, os.strerror(self._number))

    def write(self, data: Any, /) -> int:
        raise OSError(self._number, os.strerror(self._number))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "medium_full"),
        (errno.EDQUOT, "medium_full"),
        (errno.EROFS, "medium_read_only"),
        (errno.EACCES, "medium_read_only"),
        (errno.EIO, "medium_gone"),
        (errno.ENODEV, "medium_gone"),
        (errno.ENOENT, "medium_gone"),
    ],
    ids=errno.errorcode.get,
)
def test_each_trouble_of_the_medium_has_its_word(number: int, code: str) -> None:
    file = MediumFile(Broken(number))

    with pytest.raises(MediumError) as written:
        file.write(b"more")
    with pytest.raises(MediumError) as read:
        file.read(1)

    assert (written.value.code, read.value.code) == (code, code)


@pytest.mark.parametrize(
    ("number", "code"), [(errno.EACCES, "file_unreadable"), (errno.EIO, "medium_gone")], ids=["denied", "broken"]
)
def test_a_file_that_cannot_be_opened_has_its_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(MediumError) as trouble, reading(tmp_path / "ida.terreno"):
        pass

    assert trouble.value.code == code
