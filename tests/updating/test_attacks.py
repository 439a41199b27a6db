"""What an attacker who owns the way, the server or a key can do: nothing is used, and this version goes on."""

import json
import shutil
from dataclasses import replace

import pytest
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp
from update_keys import Keyring

from terreno_app.updating.errors import (
    AlteredError,
    ExpiredError,
    NotPublishedError,
    OlderError,
    RefusedReleaseError,
    UnsignedError,
)
from tests.updating.releaser import PHRASE, Releaser, a_releaser, ago, an_archive, archive_name


@pytest.fixture
def refused(laptop):
    """Looks, and tells with which error; nothing may be here afterwards."""

    def look():
        with pytest.raises(RefusedReleaseError) as told:
            laptop.offered()
        assert list(laptop.data.glob("updates/archives/*")) == []
        return type(told.value)

    return look


def test_a_release_that_was_signed_is_offered_and_comes_whole(laptop, releaser):
    releaser.add("1.2.0", an_archive("1.2.0", padding=200_000))

    offered = laptop.offered()
    file = laptop.repository.download("1.2.0")

    assert offered == ["1.1.0", "1.2.0"]
    assert file.read_bytes() == releaser.target("1.2.0").read_bytes()


def test_rollback_an_older_repository_is_not_believed_again(laptop, releaser, refused, tmp_path):
    older = releaser.copy(tmp_path / "ayer")
    releaser.add("1.2.0")
    assert laptop.offered() == ["1.1.0", "1.2.0"]

    releaser.put_back(older)

    assert refused() is OlderError


def test_freeze_a_timestamp_that_nobody_renewed_is_not_believed(laptop, releaser, refused):
    releaser.tool(ago(days=8)).refresh()

    assert refused() is ExpiredError


def test_expired_targets_under_a_fresh_timestamp_are_not_believed(laptop, releaser, tmp_path):
    old = a_releaser(tmp_path / "antiguo", ago(days=366))
    (old.keys / "targets-1.pem").unlink()
    left = old.tool().refresh()
    releaser.put_back(old.repository)

    with pytest.raises(ExpiredError):
        replace(laptop, root=old.root).offered()

    assert [line.partition(" ")[0] for line in left] == ["targets"]


def test_fast_forward_a_root_that_skips_a_version_is_not_followed(laptop, releaser, refused):
    releaser.tool().replace_key("snapshot-1", revoked=False)
    releaser.tool().replace_key("snapshot-2", revoked=False)
    metadata = releaser.repository / "metadata"

    (metadata / "3.root.json").replace(metadata / "2.root.json")

    assert refused() is OlderError


def test_fast_forward_a_stolen_timestamp_key_locks_nobody_out_once_it_is_revoked(laptop, releaser, refused, tmp_path):
    honest = releaser.copy(tmp_path / "honesto")
    stamp = Metadata[Timestamp].from_bytes(releaser.file("timestamp").read_bytes())
    stamp.signed.version = 1_000_000
    _sign(releaser, stamp, "timestamp-1")
    laptop.offered()
    releaser.put_back(honest)
    locked_out = refused()

    releaser.tool().replace_key("timestamp-1", revoked=True)

    assert locked_out is OlderError
    assert laptop.offered() == ["1.1.0"]


@pytest.mark.parametrize("part", ["targets", "snapshot"])
def test_mix_and_match_parts_of_two_moments_are_refused(laptop, releaser, refused, part):
    older = releaser.file(part).read_bytes()
    releaser.add("1.2.0")

    releaser.file(part).write_bytes(older)

    assert refused() is AlteredError


def test_wrong_hash_an_archive_with_one_other_byte_is_thrown_away(laptop, releaser):
    target = releaser.target("1.1.0")
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(data)

    with pytest.raises(AlteredError):
        laptop.repository.download("1.1.0")

    assert [file.stat().st_size for file in laptop.data.glob("updates/archives/*")] == [0]


def test_under_threshold_a_root_that_one_custodian_signed_is_not_followed(laptop, releaser, refused):
    root = Metadata[Root].from_bytes(releaser.root)
    root.signed.version = 2
    _sign(releaser, root, "root-1", to="2.root.json")

    assert refused() is UnsignedError


def test_revoked_key_what_it_signs_afterwards_is_refused(laptop, releaser, refused, tmp_path):
    before = Metadata[Root].from_bytes(releaser.root)
    releaser.tool().replace_key("targets-1", revoked=True)
    assert laptop.offered() == ["1.1.0"]

    thief = releaser.tool()
    targets = Metadata[Targets].from_bytes(releaser.file("targets").read_bytes())
    thief._write(
        thief._files(
            before,
            targets,
            Metadata[Snapshot].from_bytes(releaser.file("snapshot").read_bytes()),
            Metadata[Timestamp].from_bytes(releaser.file("timestamp").read_bytes()),
        )
    )

    assert refused() is UnsignedError


def test_a_signature_of_nobody_is_refused(laptop, releaser, refused):
    stamp = json.loads(releaser.file("timestamp").read_bytes())
    stamp["signatures"][0]["sig"] = "00" * 64
    releaser.file("timestamp").write_text(json.dumps(stamp))

    assert refused() is UnsignedError


def test_endless_data_a_file_of_metadata_is_cut_where_it_may_end(laptop, releaser, refused):
    with releaser.file("timestamp").open("r+b") as file:
        file.truncate(4 * 1024**3)

    assert refused() is AlteredError


def test_endless_data_an_archive_is_cut_where_it_was_signed_to_end(laptop, releaser):
    target = releaser.target("1.1.0")
    with target.open("r+b") as file:
        file.truncate(target.stat().st_size + 10_000_000)

    with pytest.raises(AlteredError):
        laptop.repository.download("1.1.0")

    assert sum(file.stat().st_size for file in laptop.data.glob("updates/archives/*")) == 0


def test_path_traversal_a_name_that_leads_elsewhere_is_no_release(laptop, releaser):
    targets = Metadata[Targets].from_bytes(releaser.file("targets").read_bytes())
    known = targets.signed.targets[archive_name("1.1.0")]
    for name in (f"../../{archive_name('9.0.0')}", "terreno-../../9-linux-x86_64.tar.zst", archive_name("9.0.0/..")):
        targets.signed.targets[name] = known
    tool = releaser.tool()
    tool._write(tool._files(tool._root(), targets, tool._load(Snapshot), tool._load(Timestamp)))

    offered = laptop.offered()

    assert offered == ["1.1.0"]
    with pytest.raises(NotPublishedError):
        laptop.repository.download("../../x")


def test_a_repository_of_somebody_else_is_refused(laptop, releaser, refused, tmp_path):
    other = a_releaser(tmp_path / "otro")
    releaser.put_back(other.repository)

    assert refused() is UnsignedError


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 10_000], ids=["empty", "no form", "bytes", "deep"])
def test_what_is_no_metadata_is_refused(laptop, releaser, refused, content):
    releaser.file("timestamp").write_bytes(content)

    assert refused() is AlteredError


def test_an_empty_place_publishes_nothing(laptop, releaser):
    shutil.rmtree(releaser.repository / "metadata")

    with pytest.raises(NotPublishedError):
        laptop.offered()


def _sign(releaser: Releaser, metadata: Metadata, key: str, to: str = "timestamp.json") -> None:
    """Publish metadata that one stolen key has signed."""
    root = Metadata[Root].from_bytes(releaser.root)
    public = next(one for one in root.signed.keys.values() if one.unrecognized_fields["x-terreno-name"] == key)
    signer = Keyring([releaser.keys], lambda _: PHRASE).find(public)
    metadata.signatures.clear()
    metadata.sign(signer)
    (releaser.repository / "metadata" / to).write_bytes(metadata.to_bytes())
