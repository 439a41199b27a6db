"""Who answers in the centre's place, what a connection died of, and every way in which the centre says no."""

import errno
import gzip
import socket
import ssl
import threading

import pytest
import requests
import zstandard

from sync.client.codec import compress, expand
from sync.client.diagnosis import connection_error
from sync.client.errors import (
    BusyError,
    CaptivePortalError,
    CentralDownError,
    CertificateError,
    ClientError,
    ClockError,
    CodeRefusedError,
    EpochChangedError,
    ForkError,
    GapError,
    NoNetworkError,
    OutsideScopeError,
    RefusedError,
    RevokedError,
    TooLargeError,
    TooOldError,
    UnconfirmedError,
    UnknownDeviceError,
    UnreachableError,
    UnreadableReplyError,
)
from sync.client.http import Central, Limits, Route
from sync.client.ports import Caller
from sync.core.problems import ProblemType, problem
from tests.sync.http_centre import Answer, HttpCentre
from tests.sync.toy import Ticking

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (Answer(302, b"", {"Location": "http://hotel.example/"}), CaptivePortalError, "redirect"),
        (Answer(200, b"<html>", {"Content-Type": "text/html; charset=utf-8"}), CaptivePortalError, "html"),
        (Answer(200, b"<html>", JSON), CaptivePortalError, "not_json"),
        (Answer(200, b"hello", {"Content-Type": "text/plain"}), CaptivePortalError, "not_json"),
        (Answer(404, b"<html>", {"Content-Type": "text/html"}), CaptivePortalError, "html"),
        (Answer(404, b'{"detail": "no"}', JSON), CaptivePortalError, "not_ours"),
        (Answer(511, b"{}", JSON), CaptivePortalError, "network_login"),
        (Answer(504, b'{"message": "upstream"}', JSON), CentralDownError, "not_ours"),
        (Answer(502, b"<html>", {"Content-Type": "text/html"}), CentralDownError, "server_error"),
        (None, CentralDownError, "cut"),
        (Answer(200, b"{", {**JSON, "Content-Length": "900"}), CentralDownError, "cut"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_whoever_answers_in_the_centres_place_is_recognised(
    central: Central, served: HttpCentre, answer: Answer | None, kind: type[UnreachableError], reason: str
) -> None:
    served.scripted = [answer]

    with pytest.raises(kind) as refused:
        central.status()

    assert refused.value.diagnosis.reason == reason
    assert refused.value.diagnosis.host == "127.0.0.1"
    assert type(refused.value) is kind


WHOLE = (
    b"HTTP/1.1 200 OK\r\n"
    b"content-type: application/json\r\n"
    b"cache-control: no-store\r\n"
    b"content-encoding: zstd\r\n"
    b"content-length: 40\r\n"
    b"\r\n"
) + compress(b'{"epoch": "01990000-0000-7000-8000-000000000001"}')[:40]


def test_an_answer_that_is_cut_at_any_byte_is_a_centre_to_ask_again(clock: Ticking) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        central = Central(Route(f"http://127.0.0.1:{listener.getsockname()[1]}"), clock)

        met = [_cut_off(listener, central, end) for end in range(len(WHOLE))]

    assert {(type(error), error.diagnosis.reason, error.transient) for error in met} == {
        (CentralDownError, "cut", True)
    }


def _cut_off(listener: socket.socket, central: Central, end: int) -> UnreachableError:
    def answer() -> None:
        near, _ = listener.accept()
        with near:
            near.recv(65_536)
            near.sendall(WHOLE[:end])

    thread = threading.Thread(target=answer)
    thread.start()
    with pytest.raises(UnreachableError) as met:
        central.status()
    thread.join()
    central.close()
    return met.value


def test_a_redirect_is_never_followed(central: Central, served: HttpCentre) -> None:
    served.scripted = [Answer(307, b"", {"Location": f"{served.url}/v1/status"})]

    with pytest.raises(CaptivePortalError):
        central.status()

    assert len(served.requests) == 1


REFUSALS = [
    (problem(ProblemType.UNKNOWN_DEVICE), UnknownDeviceError, "unknown_device"),
    (problem(ProblemType.BAD_SIGNATURE), UnknownDeviceError, "unknown_device"),
    (problem(ProblemType.REVOKED), RevokedError, "revoked"),
    (problem(ProblemType.UNCONFIRMED), UnconfirmedError, "fork"),
    (problem(ProblemType.OUTSIDE_SCOPE), OutsideScopeError, "outside_scope"),
    (problem(ProblemType.CODE_UNKNOWN), CodeRefusedError, "code_unknown"),
    (problem(ProblemType.CODE_EXPIRED), CodeRefusedError, "code_expired"),
    (problem(ProblemType.CODE_USED), CodeRefusedError, "code_used"),
    (problem(ProblemType.FORK), ForkError, "fork"),
    (problem(ProblemType.GAP, want=7), GapError, "gap"),
    (problem(ProblemType.EPOCH, epoch="e2"), EpochChangedError, "epoch"),
    (problem(ProblemType.TOO_LARGE), TooLargeError, "refused"),
    (problem(ProblemType.TOO_OLD), TooOldError, "too_old"),
    (problem(ProblemType.UNREADABLE), RefusedError, "refused"),
    (problem(ProblemType.CLOCK, server_time="2026-11-21T14:00:00.000Z"), ClockError, "clock"),
    (problem(ProblemType.INTERNAL), CentralDownError, "central_down"),
    (problem(ProblemType.UNAVAILABLE), BusyError, "too_many_requests"),
]


@pytest.mark.parametrize(("document", "kind", "code"), REFUSALS, ids=[str(one[0].type) for one in REFUSALS])
def test_every_refusal_has_its_own_error_and_code(
    central: Central, served: HttpCentre, document: object, kind: type[ClientError], code: str
) -> None:
    served.scripted = [HttpCentre.refuse(document)]

    with pytest.raises(ClientError) as refused:
        central.status()

    assert type(refused.value) is kind
    assert refused.value.code == code


def test_a_wrong_hour_tells_how_wrong_it_is(central: Central, served: HttpCentre, clock: Ticking) -> None:
    served.scripted = [HttpCentre.refuse(problem(ProblemType.CLOCK, server_time="2026-11-21T14:00:00.000-03:00"))]

    with pytest.raises(ClockError) as refused:
        central.status()

    assert refused.value.offset_ms == pytest.approx(5 * 3_600_000, abs=5_000)


@pytest.mark.parametrize(("given", "seconds"), [("17", 17), ("soon", 0), ("", 0)])
def test_a_busy_centre_says_how_long_to_wait(central: Central, served: HttpCentre, given: str, seconds: int) -> None:
    served.scripted = [HttpCentre.refuse(problem(ProblemType.TOO_MANY), **{"Retry-After": given})]

    with pytest.raises(BusyError) as refused:
        central.status()

    assert refused.value.retry_after_s == seconds


@pytest.mark.parametrize(
    "document",
    [
        problem(ProblemType.GAP),
        problem(ProblemType.EPOCH),
        problem(ProblemType.CLOCK, server_time="noon"),
        problem(ProblemType.FORK, certificate={"body": {}}),
    ],
    ids=lambda document: document.type,
)
def test_a_refusal_without_what_it_promises_is_not_the_centres(
    central: Central, served: HttpCentre, document: object
) -> None:
    served.scripted = [HttpCentre.refuse(document)]

    with pytest.raises(CaptivePortalError):
        central.status()


@pytest.mark.parametrize("body", [b"[]", b'{"epoch": 1}', b'{"epoch": "e", "server_time": "noon", "protocol": 1}'])
def test_json_that_is_not_what_was_asked_for_is_unreadable(central: Central, served: HttpCentre, body: bytes) -> None:
    served.scripted = [Answer(200, body)]

    with pytest.raises(UnreadableReplyError):
        central.status()


def test_counts_that_are_no_object_are_unreadable(central: Central, served: HttpCentre, caller: Caller) -> None:
    served.scripted = [Answer(200, b"[]")]

    with pytest.raises(UnreadableReplyError):
        central.tallies({}, caller)


@pytest.mark.parametrize("packed", [zstandard.ZstdCompressor().compress, gzip.compress], ids=["zstd", "gzip"])
def test_a_bomb_is_refused_before_it_is_in_memory(central: Central, served: HttpCentre, packed: object) -> None:
    encoding = "gzip" if packed is gzip.compress else "zstd"
    served.scripted = [Answer(200, packed(b"[" + b" " * 50_000_000 + b"]"), {**JSON, "Content-Encoding": encoding})]

    with pytest.raises(UnreadableReplyError, match="too large"):
        central.status()


def test_endless_data_is_cut_off(central: Central, served: HttpCentre) -> None:
    served.scripted = [Answer(200, b" " * 300_000)]

    with pytest.raises(UnreadableReplyError, match="too large"):
        central.status()


def test_an_answer_that_drips_for_ever_is_cut_off(served: HttpCentre, clock: Ticking) -> None:
    ticks = iter([0.0, 299.0, 301.0])
    central = Central(Route(served.url), clock, ticks=lambda: next(ticks))
    served.scripted = [Answer(200, b" " * 150_000)]

    with pytest.raises(CentralDownError) as refused:
        central.status()

    assert refused.value.diagnosis.reason == "slow"
    central.close()


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_damaged_or_cut_bodies_are_unreadable(encoding: str) -> None:
    whole = compress(b"a" * 5_000 + b"b") if encoding == "zstd" else gzip.compress(b"a" * 5_000)

    for damaged in (whole[:-3], b"\x00" + whole[1:], b""):
        with pytest.raises(UnreadableReplyError):
            expand(damaged, encoding, 10_000)


def test_a_zstd_body_that_ends_too_early_is_noticed_by_its_own_length() -> None:
    whole = zstandard.ZstdCompressor().compress(b"ab" * 200_000)

    with pytest.raises(UnreadableReplyError):
        expand(whole[: len(whole) // 2], "zstd", 10_000_000)


def test_another_encoding_than_agreed_is_unreadable() -> None:
    with pytest.raises(UnreadableReplyError, match="encoding"):
        expand(b"x", "br", 10)


@pytest.mark.parametrize("encoding", ["zstd", "gzip", ""])
def test_a_body_of_exactly_the_limit_is_read(encoding: str) -> None:
    packed = {"zstd": compress(b"x" * 100), "gzip": gzip.compress(b"x" * 100)}.get(encoding, b"x" * 100)

    assert expand(packed, encoding, 100) == b"x" * 100
    with pytest.raises(UnreadableReplyError):
        expand(packed, encoding, 99)


def test_nobody_listening_is_a_centre_that_is_down(clock: Ticking) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    central = Central(Route(f"http://127.0.0.1:{port}"), clock)

    with pytest.raises(CentralDownError) as refused:
        central.status()

    assert refused.value.diagnosis.reason == "refused"
    central.close()


def test_a_centre_that_says_nothing_is_down(clock: Ticking) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        central = Central(Route(f"http://127.0.0.1:{silent.getsockname()[1]}"), clock, limits=Limits(read_s=0.05))

        with pytest.raises(CentralDownError) as refused:
            central.status()

    assert refused.value.diagnosis.reason == "timeout"
    central.close()


def _verification(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "verify failed")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("cause", "kind", "reason"),
    [
        (_verification(9), CertificateError, "not_yet_valid"),
        (_verification(10), CertificateError, "expired"),
        (_verification(18), CertificateError, "self_signed"),
        (_verification(62), CertificateError, "wrong_host"),
        (_verification(7), CertificateError, "not_trusted"),
        (ssl.SSLError(1, "old protocol"), CertificateError, "tls"),
        (ssl.SSLEOFError(8, "eof"), CentralDownError, "cut"),
        (socket.gaierror(socket.EAI_NONAME, "no such name"), NoNetworkError, "unknown_name"),
        (socket.gaierror(socket.EAI_AGAIN, "no answer"), NoNetworkError, "name"),
        (OSError(errno.ENETUNREACH, "no route"), NoNetworkError, "route"),
        (OSError(errno.EIO, "something"), CentralDownError, "cut"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_connection_says_what_it_died_of(cause: Exception, kind: type[UnreachableError], reason: str) -> None:
    wrapped = requests.ConnectionError(RuntimeError("pool", cause))

    error = connection_error(wrapped, "centro.example.cl")

    assert (type(error), error.diagnosis.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("wrapper", "kind", "reason"),
    [
        (requests.exceptions.SSLError("fingerprints did not match"), CertificateError, "fingerprint"),
        (requests.exceptions.ProxyError("no"), NoNetworkError, "proxy"),
        (requests.ReadTimeout("slow"), CentralDownError, "timeout"),
        (requests.exceptions.ChunkedEncodingError("cut"), CentralDownError, "cut"),
    ],
    ids=["fingerprint", "proxy", "timeout", "cut"],
)
def test_without_a_cause_the_library_s_own_word_counts(
    wrapper: requests.RequestException, kind: type[UnreachableError], reason: str
) -> None:
    wrapper.__context__ = wrapper

    error = connection_error(wrapper, "centro.example.cl")

    assert (type(error), error.diagnosis.reason) == (kind, reason)


def test_a_proxy_that_is_not_there_is_no_network(served: HttpCentre, clock: Ticking) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{free.getsockname()[1]}"
    central = Central(Route("https://centro.example.cl", proxy=proxy), clock)

    with pytest.raises(UnreachableError):
        central.status()

    assert served.requests == []
    central.close()
