"""Real servers on loopback, each over a folder of its own: SFTP by asyncssh, FTP by aioftp."""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import aioftp
import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.config.save_places import SaveAddress, Scheme
from tests.waiting import until

USER = "ark"
PASSWORD = "tek-rex-7"
SAVED_AT = 1_789_322_400


def world(folder: Path, content: bytes, *, name: str = "Ragnarok.ark", seconds: int = SAVED_AT) -> Path:
    """Write a file as a server would, with its time."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (seconds, seconds))
    return path


@dataclass
class Place:
    """A server that runs, the folder it serves, and what it takes to get in."""

    root: Path
    scheme: Scheme
    port: int
    host_key: str = ""
    certificate: Path | None = None
    logins: int = 0
    breaks_after: int | None = None
    """The bytes of one file after which the connection is cut; it happens once."""

    def address(self, path: str = "/SavedArks", **changes: object) -> SaveAddress:
        values: dict[str, object] = {
            "scheme": self.scheme,
            "host": "127.0.0.1",
            "port": self.port,
            "user": USER,
            "path": PurePosixPath(path),
        }
        return SaveAddress(**{**values, **changes})  # type: ignore[arg-type] # a test's changes


@asynccontextmanager
async def sftp_place(root: Path) -> AsyncIterator[Place]:
    """Serve a folder by SFTP."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    place = Place(root=root, scheme=Scheme.SFTP, port=0, host_key=key.export_public_key().decode().strip())

    class Server(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            place.logins += 1
            return (username, password) == (USER, PASSWORD)

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
            self._channel = channel
            super().__init__(channel, chroot=str(root).encode())

        def read(self, file_obj: object, offset: int, size: int) -> bytes:
            if place.breaks_after is not None and offset >= place.breaks_after:
                place.breaks_after = None
                self._channel.get_connection().abort()
            content = super().read(file_obj, offset, size)
            assert isinstance(content, bytes)  # this server's own reads do not wait
            return content

    server = await asyncssh.listen(
        "127.0.0.1", 0, server_host_keys=[key], server_factory=Server, sftp_factory=Files, allow_scp=False
    )
    place.port = server.sockets[0].getsockname()[1]
    try:
        yield place
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def ftp_place(root: Path, *, is_encrypted: bool = False) -> AsyncIterator[Place]:
    """Serve a folder by FTP; encrypted from the first byte on, which is what aioftp's server can."""
    place = Place(root=root, scheme=Scheme.FTPS if is_encrypted else Scheme.FTP, port=0)
    context = None
    if is_encrypted:
        place.certificate, context = certificate(root.parent)
    user = aioftp.User(USER, PASSWORD, base_path=root)
    server = aioftp.Server([user], ssl=context)
    await server.start("127.0.0.1", 0)
    place.port = server.server_port
    try:
        yield place
    finally:

        async def is_alone() -> bool:
            return not server.connections

        # aioftp's server cancels what is still open, of which asyncio's streams complain in Python 3.11
        await until(is_alone)
        await server.close()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return a certificate that nobody signed, and a server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "game.example.org")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    public, secret = folder / "server.pem", folder / "server.key"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, secret)
    return public, context
