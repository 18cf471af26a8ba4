"""Who the servers run as: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.embedded.errors import EmbeddedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account that servers run as; without ids it is our own."""

    uid: int | None = None
    gid: int | None = None

    def popen_options(self) -> dict[str, Any]:
        """Return the arguments that make ``subprocess`` run as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_use(self, path: Path) -> bool:
        """Return whether this account can enter or execute ``path``.

        The kernel is asked, in a process of that account, so that ACLs and mounts count.
        """
        if self.uid is None:
            return True
        probe = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return subprocess.run(probe, cwd="/", check=False, timeout=10, **self.popen_options()).returncode == 0

    def own(self, path: Path, mode: int = 0o700) -> None:
        """Give ``path`` to this account and close it to others."""
        path.chmod(mode)
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def owners(self) -> frozenset[int]:
        """Return the user ids that may own what the servers use: ours and theirs."""
        return frozenset({os.geteuid()} if self.uid is None else {os.geteuid(), self.uid})


def server_account() -> Account:
    """Return ``nobody`` when we are root, otherwise ourselves.

    It is the named user and not a bare number, because ``initdb`` looks itself up in the passwd database.
    """
    if os.geteuid() != 0:
        return Account()
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        message = (
            "PostgreSQL does not run as root, and there is no user 'nobody'. Start Helena as another user."
        )
        raise EmbeddedError(message) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)
