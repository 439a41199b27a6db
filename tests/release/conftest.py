"""The scripts of `packaging/` are no package: what they say of each other they say as neighbours in a folder."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# At the end, so that no library is shadowed by a script of ours with its name.
sys.path.append(str(ROOT / "packaging"))


@pytest.fixture
def gnupg(tmp_path):
    """GnuPG's folder with a key of its own, for one test; the public half is in `terreno.gpg`."""
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    gpg = ("gpg", "--homedir", str(home), "--batch", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback")
    subprocess.run([*gpg, "--quick-generate-key", "prueba@example.cl", "ed25519", "sign"], check=True)
    subprocess.run([*gpg, "--output", str(tmp_path / "terreno.gpg"), "--export", "prueba@example.cl"], check=True)
    yield home
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=True)
