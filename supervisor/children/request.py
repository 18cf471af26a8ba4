"""What a child is asked to become."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from shared.errors import ConfigError

# The default send buffer of a Unix socket on Linux is 208 KiB; a request must fit it whole.
MAX_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildRequest:
    """A program to run, and with what. Without a ``log``, its output goes where the supervisor's does."""

    name: str
    program: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: str
    code: str
    folder: str

    def to_bytes(self) -> bytes:
        """Return the request as one message.

        Raises
        ------
        ConfigError
            When the environment is too large to be passed on.
        """
        data = json.dumps(asdict(self)).encode()
        if len(data) > MAX_BYTES:
            raise ConfigError(
                f"The environment for {self.name} is larger than {MAX_BYTES} bytes. Shorten it."
            )
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a message that the supervisor sent."""
        values = json.loads(data)
        return cls(**values | {"arguments": tuple(values["arguments"])})
