"""When newer versions are looked for and brought, and what is told of it."""

from dataclasses import replace
from threading import Thread

import pytest

from sync.client.errors import Diagnosis, NoNetworkError
from terreno_app.domain.releases import Offer
from terreno_app.services.errors import ServiceError
from terreno_app.services.updates import Here, Sources, Updates
from terreno_app.storage.errors import DiskFullError
from terreno_app.updating.errors import ExpiredError, StoppedError, UnsafeArchiveError
from terreno_app.versions import Versions
from tests.factories import FixedClock


class Repository:
    """Releases in memory."""

    def __init__(self, *versions):
        self.published = list(versions)
        self.trouble = None
        self.looks = 0
        self.brought = []
        self.meanwhile = lambda: None

    def offers(self, should_stop):
        self.looks += 1
        if self.trouble is not None:
            raise self.trouble
        return [Offer(version, f"{version}.tar.zst", 84_000_000) for version in self.published]

    def download(self, version, told, should_stop):
        self.brought.append(version)
        told(84_000_000, 84_000_000)
        self.meanwhile()
        if should_stop():
            raise StoppedError
        return self.brought


class Trial:
    """Marks versions as an installer does."""

    def __init__(self, versions):
        self.versions, self.works, self.refusal = versions, True, None

    def install(self, archive, version, running, should_stop):
        if self.refusal is not None:
            raise self.refusal
        if self.works:
            self.versions.passed(version)
        else:
            self.versions.failed(version, "exit 1")
        return self.works


class Stand:
    """A laptop that runs 1.0.0."""

    def __init__(self, folder, *published):
        self.clock = FixedClock()
        self.centre, self.stick = Repository(*published), Repository()
        self.versions = Versions(folder)
        self.trial = Trial(self.versions)
        self.attending = False
        self.backups = 0
        self.disk_full = False
        self.carried = []
        self.updates = self._updates(Sources(lambda: self.centre, self._carry))

    def without_root(self):
        return self._updates(None)

    def _updates(self, sources):
        here = Here(lambda: self.attending, self._backup)
        return Updates("1.0.0", self.versions, self.trial, sources, here, self.clock)

    def _carry(self, folder):
        self.carried.append(folder)
        return self.stick

    def _backup(self):
        if self.disk_full:
            raise DiskFullError
        self.backups += 1

    def get(self):
        return self.updates.get(lambda *_: None, lambda: False)


@pytest.fixture
def stand(tmp_path):
    return Stand(tmp_path, "0.9.0", "1.0.0", "1.2.0", "1.1.0")


def code_of(work):
    with pytest.raises(ServiceError) as told:
        work()
    return told.value.code


def test_the_newest_version_is_offered_and_brought_nowhere_unasked(stand):
    found = stand.updates.check()

    assert (found.offer.version, found.ready, stand.centre.brought) == ("1.2.0", None, [])


def test_a_version_that_was_brought_starts_the_next_time(stand):
    found = stand.get()

    assert (found.ready, found.offer, stand.backups) == ("1.2.0", None, 1)
    assert stand.versions.next_after("1.0.0") is None  # this trial unpacked nothing
    assert found.to_json()["ready"] == "1.2.0"


def test_nothing_newer_means_nothing_is_done(stand):
    stand.get()

    found = stand.get()

    assert (found.ready, stand.centre.brought, stand.backups) == ("1.2.0", ["1.2.0"], 1)


def test_the_same_from_a_folder(stand, tmp_path):
    stand.stick.published = ["1.3.0"]

    found = stand.updates.get_from(tmp_path / "pendrive", lambda *_: None, lambda: False)

    assert (found.ready, stand.carried[0], stand.centre.looks) == ("1.3.0", tmp_path / "pendrive", 0)


def test_nothing_is_looked_for_or_brought_while_an_outing_is_open(stand):
    stand.attending = True

    quiet = stand.updates.check_if_due()

    assert (stand.centre.looks, quiet.attending) == (0, True)
    assert code_of(stand.get) == "update_outing_open"


def test_an_outing_that_opens_during_the_download_keeps_its_machine(stand):
    stand.centre.meanwhile = lambda: setattr(stand, "attending", True)

    assert code_of(stand.get) == "update_outing_open"
    assert stand.versions.known() == ()


def test_without_a_backup_nothing_is_brought(stand):
    stand.disk_full = True

    with pytest.raises(ServiceError) as told:
        stand.get()

    assert told.value.code == "update_no_backup"
    assert told.value.happened.endswith("El disco está lleno.")
    assert stand.centre.brought == []


def test_a_version_that_fails_is_told_once_and_never_offered_again(stand):
    stand.trial.works = False

    assert code_of(stand.get) == "update_failed"

    found = stand.updates.check()
    stand.updates.dismiss()
    assert (found.failed, found.untold, found.ready) == ("1.2.0", True, None)
    assert found.offer.version == "1.1.0"
    assert not stand.updates.status().untold


def test_an_archive_that_may_not_be_used_is_told_in_words(stand):
    stand.trial.refusal = UnsafeArchiveError("member")

    assert code_of(stand.get) == "update_unsafe"


def test_a_version_that_works_lets_an_older_failure_be(stand):
    stand.trial.works = False
    code_of(stand.get)
    stand.trial.works = True
    stand.centre.published.append("1.3.0")

    found = stand.get()

    assert (found.ready, found.failed, found.untold) == ("1.3.0", None, False)
    stand.updates.dismiss()


def test_nobody_asks_more_than_once_a_day_unless_a_person_does(stand):
    stand.updates.check_if_due()
    stand.clock.move(hours=23)
    stand.updates.check_if_due()
    stand.updates.check()
    stand.clock.move(hours=25)
    stand.updates.check_if_due()

    assert stand.centre.looks == 3


def test_without_a_network_it_is_asked_again_in_an_hour_and_nobody_is_told(stand):
    stand.centre.trouble = NoNetworkError(Diagnosis("name", ""))

    first = stand.updates.check_if_due()
    stand.updates.check_if_due()
    stand.clock.move(minutes=61)
    stand.updates.check_if_due()

    assert (first.warning, first.checked_at, stand.centre.looks) == ("", None, 2)
    assert code_of(stand.updates.check) == "no_network"


def test_a_repository_that_expired_warns_and_keeps_what_was_known(stand):
    known = stand.updates.check()
    stand.centre.trouble = ExpiredError()
    stand.clock.move(days=2)

    found = stand.updates.check_if_due()

    assert found == replace(known, warning="update_expired")
    stand.centre.trouble = None
    assert stand.updates.check().warning == ""


def test_a_quiet_look_waits_for_the_download_that_somebody_wants(stand):
    looked = []
    quiet = Thread(target=lambda: looked.append(stand.updates.check()))

    def meanwhile():
        quiet.start()
        quiet.join(0.2)
        looked.append("brought")

    stand.centre.meanwhile = meanwhile
    stand.get()
    quiet.join()

    assert [one == "brought" for one in looked] == [True, False]


def test_a_stopped_download_changes_nothing(stand):
    assert code_of(lambda: stand.updates.get(lambda *_: None, lambda: True)) == "update_stopped"
    assert stand.versions.known() == ()


def test_a_program_without_a_root_looks_nowhere(stand):
    bare = stand.without_root()

    assert bare.check_if_due().checked_at is None
    assert code_of(bare.check) == "updates_not_set_up"


def test_an_hour_that_cannot_be_or_cannot_be_read_means_look(stand):
    stand.clock.move(days=400)
    stand.updates.check()
    stand.clock.move(days=-400)
    stand.updates.check_if_due()
    stand.versions.looked(replace(stand.versions.last_look(), checked_at="ayer", tried_at="hoy", warning="otro"))

    found = stand.updates.check_if_due()

    assert (stand.centre.looks, found.warning) == (3, "")
