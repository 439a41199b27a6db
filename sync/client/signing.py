"""Signing requests (RFC 9421, Ed25519): method, path, query, the body as sent, and the stream the device writes.

Host and date are left out, because proxies rewrite them; the hour stands in ``created``, in the centre's time.
"""

from datetime import timedelta
from typing import Any

from http_message_signatures import HTTPMessageSigner, algorithms

from sync.client.keys import DeviceKeys
from sync.client.ports import Caller, Clock

COMPONENTS = ("@method", "@path", "@query", "content-digest", "terreno-stream")
STREAM_HEADER = "Terreno-Stream"
LABEL = "terreno"


class RequestSigner:
    """Signs with the device's key.

    Args:
        keys: The device's keys.
        clock: Its clock; the caller's offset is added to it.
    """

    def __init__(self, keys: DeviceKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519)

    def sign(self, message: Any, body: bytes, caller: Caller) -> None:
        """Add the headers ``Terreno-Stream``, ``Content-Digest``, ``Signature-Input`` and ``Signature`` to a request.

        Args:
            message: Anything with ``method``, ``url`` and ``headers``, such as a prepared request.
            body: Its bytes as they will be sent, compressed; empty for a GET.
            caller: In whose name.
        """
        message.headers[STREAM_HEADER] = caller.stream
        prepared = self._signer.prepare(
            message,
            key_id=caller.device,
            created=self._clock.now() + timedelta(milliseconds=caller.clock_offset_ms),
            label=LABEL,
            covered_component_ids=COMPONENTS,
            body=body,
        )
        self._signer.apply(message, prepared, self._keys.sign(prepared.signature_base))
