"""The centre's changes on their way in: every feed from its cursor, page by page, in change order.

Pages are smaller when the network is bad.
"""

from collections.abc import Mapping
from itertools import pairwise

from sync.client.conversation import Conversation
from sync.client.errors import ForgedError, RevokedError, TooOldError, UnconfirmedError, UnreachableError
from sync.client.keys import signature_holds
from sync.core.errors import UnreadableAnswerError, UnreadableOpError
from sync.core.ops import Op
from sync.core.protocol import Page
from sync.core.trust import SIGN

PAGE_LIMIT = 1_000
"""Records that a page holds at most on a good network."""
_WAITS = {RevokedError: "revoked", UnconfirmedError: "unconfirmed", TooOldError: "too_old"}


class Puller:
    """Reads the feeds of a device.

    Args:
        talk: The run's conversation.
        limit: Records that a page is asked to hold at most.
    """

    def __init__(self, talk: Conversation, limit: int = PAGE_LIMIT) -> None:
        self._talk = talk
        self._limit = limit
        self._size = limit
        self._received = 0

    def run(self) -> bool:
        """Read every feed to its end.

        Returns:
            False when the centre lets this device read nothing for now; the reason is a warning.
        """
        role = self._talk.identity.role
        try:
            self._read_all()
            if not self._talk.outbox.pulled_all():
                self._read_all()
                self._talk.outbox.pulled_all()
        except (RevokedError, UnconfirmedError, TooOldError) as error:
            self._talk.warn(_WAITS[type(error)])
            return False
        self._talk.refresh()
        if self._talk.identity.role != role:
            self._talk.warn("new_role", self._talk.identity.role)
        self._talk.hooks.at("pull.whole")
        return True

    def _read_all(self) -> None:
        for feed in self._talk.outbox.feeds():
            self._read(feed)

    def _read(self, feed: str) -> None:
        more = True
        while more:
            self._talk.check_stop()
            since = self._talk.outbox.cursor(feed)
            page = self._page(feed, since)
            self._talk.hooks.at("pull.answered")
            self._talk.need_epoch(page.epoch)
            check_page(page, feed, since)
            check_vouched(page, self._talk.identity.centre_keys)
            stored = self._talk.outbox.accept_page(since, page)
            self._talk.hooks.at("pull.stored")
            self._talk.took(page, stored)
            self._received += stored
            self._talk.tell("pull", self._received, 0, feed)
            more = page.more

    def _page(self, feed: str, since: int) -> Page:
        """The next page of a feed: a smaller one each time that it does not get through, a larger one afterwards."""
        failures = 0
        while True:
            try:
                page = self._talk.ask(lambda caller: self._talk.central.pull(feed, since, self._size, caller))
            except UnreachableError as error:
                failures += 1
                self._size = self._talk.patience.smaller(self._size, failures)
                self._talk.patience.wait(failures, error)
                self._talk.check_stop()
            else:
                self._size = min(self._size * 2, self._limit)
                return page


def check_vouched(page: Page, centre: Mapping[str, Mapping[str, str]]) -> None:
    """Check the centre's word for every erasure and decision of a page: devices keep them for ever.

    Args:
        page: The page.
        centre: The centre's keys that the device trusts, by use and id.

    Raises:
        ForgedError: one does not hold; nothing of the page may be stored.
    """
    try:
        told = (*page.decisions, *(erasure for record in page.records if (erasure := record.erasure) is not None))
        for one in told:
            if not signature_holds(centre.get(SIGN, {}).get(one.key, ""), one.signed_bytes, one.signature):
                raise ForgedError("page", "vouched")
            Op.from_wire(one.op)
    except (UnreadableAnswerError, UnreadableOpError) as error:
        raise ForgedError("page", "vouched") from error


def check_page(page: Page, feed: str, since: int) -> None:
    """Check that a page is what was asked for: this feed, after the cursor, in change order, and forward.

    Raises:
        ForgedError: it is not; nothing of it may be stored.
    """
    if page.after != since:
        raise ForgedError("page", "after")
    if page.feed != feed or any(record.region != feed for record in page.records):
        raise ForgedError("page", "feed")
    changes = [since, *(record.change for record in page.records)]
    if any(later <= earlier for earlier, later in pairwise(changes)) or changes[-1] > page.cursor:
        raise ForgedError("page", "order")
    if page.more and page.cursor <= since:
        raise ForgedError("page", "endless")
