"""The sealed file by itself: whole it opens for its reader, and otherwise for nobody, in one kind of error."""

import hashlib
import io
import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import zstandard
from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey

from sync.core.bundle import MAX_FRAME_BYTES
from sync.core.errors import UnreadableBundleError
from sync.parcel.frames import FrameWriter, as_json, check_whole, frames
from sync.parcel.sealing import Sealed, Sealing, Unseal

WRITER = SigningKey(b"w" * 32)
READER = PrivateKey(b"r" * 32)
COVER = {"kind": "bundle", "from": "T07"}
CHUNK = 64 * 1024
OVERHEAD = 17


def unsealing(key: PrivateKey) -> Unseal:
    def unseal(sealed: bytes) -> bytes | None:
        try:
            return SealedBox(key).decrypt(sealed)
        except Exception:  # noqa: BLE001  whatever it is, it is not for us
            return None

    return unseal


UNSEAL = unsealing(READER)


def sign(message: bytes) -> bytes:
    return WRITER.sign(message).signature


def a_file(*given: bytes, cover: Mapping[str, Any] = COVER) -> bytes:
    file = io.BytesIO()
    writer = FrameWriter(Sealing(file, cover, bytes(READER.public_key).hex()))
    for frame in given:
        writer.put(frame)
    writer.finish(sign)
    return file.getvalue()


def a_raw_file(content: bytes) -> bytes:
    file = io.BytesIO()
    sealing = Sealing(file, COVER, bytes(READER.public_key).hex())
    sealing.write(content)
    sealing.finish(sign)
    return file.getvalue()


def opened(data: bytes, unseal: Unseal = UNSEAL) -> list[bytes]:
    """What a careful reader gets: the signature first, then everything once, then the frames."""
    sealed = Sealed(io.BytesIO(data))
    sealed.verify(bytes(WRITER.verify_key).hex())
    check_whole(sealed, unseal)
    return list(frames(sealed, unseal))


def refused(data: bytes, unseal: Unseal = UNSEAL) -> str:
    with pytest.raises(UnreadableBundleError) as error:
        opened(data, unseal)
    return error.value.code


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311


@pytest.mark.parametrize("size", [1, 1_000, CHUNK - 4, CHUNK, CHUNK + 1, 5 * CHUNK], ids=str)
def test_what_was_written_is_read_frame_by_frame(size: int) -> None:
    given = [b"first", noise(size), b"last"]

    data = a_file(*given)

    assert opened(data) == given
    assert Sealed(io.BytesIO(data)).cover["from"] == "T07"


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK], ids=str)
def test_content_of_any_length_comes_back_in_chunks(size: int) -> None:
    content = noise(size)

    sealed = Sealed(io.BytesIO(a_raw_file(content)))

    assert b"".join(sealed.contents(UNSEAL)) == content


def test_a_file_without_frames_is_whole() -> None:
    assert opened(a_file()) == []


def test_the_same_content_never_gives_the_same_bytes() -> None:
    assert a_file(b"content") != a_file(b"content")


def test_nothing_of_the_content_stands_in_the_file() -> None:
    canary = "CANARIO-ñandú-12.531.909-K".encode()

    data = a_file(canary * 3)

    assert canary[:8] not in data


def test_flipped_bits_are_found_wherever_they_are(soak: Callable[[int, int], int]) -> None:
    data = a_file(b'{"epoch": 1}', noise(3 * CHUNK), b"last")
    chance = random.Random(1)  # noqa: S311
    last = len(data) * 8

    bits = [*range(12 * 8), *(chance.randrange(last) for _ in range(soak(500, 5_000) - 96))]

    for bit in bits:
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        refused(bytes(flipped))


@pytest.mark.parametrize("left", [0, 1, 7, 11, 12, 40, 300, CHUNK, -65, -64, -63, -1], ids=str)
def test_a_file_that_was_cut_is_damaged(left: int) -> None:
    data = a_file(noise(2 * CHUNK))

    code = refused(data[:left])

    assert code in {"damaged_bundle", "not_a_bundle"}


def test_bytes_behind_the_end_are_damage() -> None:
    assert refused(a_file(b"frame") + b"\0") == "damaged_bundle"


def signed_again(data: bytes) -> bytes:
    """The same bytes before the signature, signed by whoever wrote the file."""
    found = hashlib.sha512(data[:-64]).digest()
    return data[:-64] + sign(b"terreno bundle 1\n" + found)


def parts(data: bytes) -> tuple[bytes, list[bytes]]:
    """Head and chunks of a file."""
    start = 12 + int.from_bytes(data[8:12], "big")
    body = data[start:-64]
    step = CHUNK + OVERHEAD
    return data[:start], [body[at : at + step] for at in range(0, len(body), step)]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda chunks: [chunks[1], chunks[0], *chunks[2:]], id="moved"),
        pytest.param(lambda chunks: [chunks[0], chunks[0], *chunks[1:]], id="doubled"),
        pytest.param(lambda chunks: chunks[1:], id="first one missing"),
        pytest.param(lambda chunks: chunks[:-1], id="last one missing"),
        pytest.param(lambda chunks: [*chunks, b"x" * 30], id="added"),
        pytest.param(lambda chunks: chunks[:0], id="none"),
    ],
)
def test_chunks_keep_their_order_even_against_who_signs(wrong: Callable[[list[bytes]], list[bytes]]) -> None:
    head, chunks = parts(a_file(noise(3 * CHUNK)))

    data = signed_again(head + b"".join(wrong(chunks)) + bytes(64))

    assert refused(data) == "damaged_bundle"


def test_another_cover_on_the_same_content_opens_nothing() -> None:
    head, chunks = parts(a_file(noise(CHUNK)))
    other = head.replace(b"T07", b"T08")

    data = signed_again(other + b"".join(chunks) + bytes(64))

    assert refused(data) == "damaged_bundle"


def test_only_the_reader_opens_it() -> None:
    assert refused(a_file(b"frame"), unsealing(PrivateKey(b"x" * 32))) == "damaged_bundle"


def test_the_signature_of_somebody_else_is_none() -> None:
    sealed = Sealed(io.BytesIO(a_file(b"frame")))

    for key in (bytes(SigningKey(b"x" * 32).verify_key).hex(), "no hex", ""):
        with pytest.raises(UnreadableBundleError):
            sealed.verify(key)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "not_a_bundle", id="empty"),
        pytest.param(b"%PDF-1.7 and so on", "not_a_bundle", id="another file"),
        pytest.param(b"TERRENO\x02" + bytes(300), "newer_bundle", id="of tomorrow"),
        pytest.param(b"TERRENO\x01" + b"\xff" * 300, "damaged_bundle", id="a cover beyond the file"),
        pytest.param(b"TERRENO\x01" + (2**17).to_bytes(4, "big") + bytes(2**18), "damaged_bundle", id="a huge cover"),
        pytest.param(b"TERRENO\x01\0\0\0\2[]" + bytes(300), "damaged_bundle", id="a cover that is no object"),
        pytest.param(b"TERRENO\x01\0\0\0\2{x" + bytes(300), "damaged_bundle", id="a cover that is no JSON"),
    ],
)
def test_what_is_no_bundle_is_said_to_be_none(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableBundleError) as error:
        Sealed(io.BytesIO(data))

    assert error.value.code == code


@pytest.mark.parametrize("cover", [b"{}", b'{"sealed":7,"begin":"00"}', b'{"sealed":"A","begin":"zz"}'])
def test_a_cover_without_its_keys_opens_nothing(cover: bytes) -> None:
    data = b"TERRENO\x01" + len(cover).to_bytes(4, "big") + cover + bytes(200)

    with pytest.raises(UnreadableBundleError):
        list(Sealed(io.BytesIO(data)).contents(UNSEAL))


def test_a_file_that_is_too_large_is_not_read() -> None:
    data = a_file(noise(1_000))

    with pytest.raises(UnreadableBundleError) as error:
        Sealed(io.BytesIO(data), len(data) - 1)

    assert error.value.code == "large_bundle"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"no zstd at all", "damaged_bundle", id="not compressed"),
        pytest.param(zstandard.compress(b"\0\0\0\5abcde"), "damaged_bundle", id="no end"),
        pytest.param(zstandard.compress(b"\0\0\0\5ab"), "damaged_bundle", id="half a frame"),
        pytest.param(zstandard.compress(b"\0\0"), "damaged_bundle", id="half a length"),
        pytest.param(zstandard.compress(bytes(4) + b"more"), "damaged_bundle", id="more behind the end"),
        pytest.param(zstandard.compress(bytes(4)) + noise(3 * CHUNK), "damaged_bundle", id="bytes behind the stream"),
        pytest.param(
            zstandard.compress((MAX_FRAME_BYTES + 1).to_bytes(4, "big") + bytes(MAX_FRAME_BYTES + 1)),
            "large_bundle",
            id="a bomb",
        ),
        pytest.param(
            zstandard.compress(((2**24).to_bytes(4, "big") + bytes(2**24)) * 65), "large_bundle", id="many small bombs"
        ),
    ],
)
def test_what_is_sealed_and_signed_may_still_be_nonsense(content: bytes, code: str) -> None:
    assert refused(a_raw_file(content)) == code


def test_a_frame_that_is_no_json_is_damage() -> None:
    with pytest.raises(UnreadableBundleError):
        as_json(b"{")
