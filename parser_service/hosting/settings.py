"""What asking Nitrado takes: settings of the parser service and of ``helena nitrado``."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr, field_validator
from yarl import URL

from shared.config.settings import Settings
from shared.nitrado.client import DEFAULT_BASE_URL
from shared.nitrado.protocol import is_loopback


class NitradoSettings(Settings):
    """Where the API is, with which token, and the key that opens what is stored."""

    nitrado_token: SecretStr | None = None
    nitrado_api: str = DEFAULT_BASE_URL
    secret_key: SecretStr | None = None

    @field_validator("nitrado_api")
    @classmethod
    def _is_safe_for_a_token(cls, address: str) -> str:
        url = URL(address)
        if not url.host or not (url.scheme == "https" or (url.scheme == "http" and is_loopback(url))):
            raise ValueError("it must begin with https://; http:// is for this machine alone")
        return address

    @property
    def secrets_folder(self) -> Path:
        """Return where keys are that Helena made for itself."""
        return self.data / "secrets"
