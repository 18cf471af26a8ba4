"""What the endpoints share: the services, the clock, and what was noticed of the servers."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from sandbox.ark.cluster import Cluster
from sandbox.ark.server import State
from sandbox.nitrado import answers
from sandbox.nitrado.bodies import Service
from sandbox.nitrado.gate import AnsweredError, Gate
from shared.clock import Clock

FIRST_SERVICE = 1_000_001
# A week of samples every half minute.
MOST_SAMPLES = 20_160


class Api:
    """The state behind the endpoints: one service a server."""

    def __init__(self, cluster: Cluster, gate: Gate, clock: Clock) -> None:
        self.gate = gate
        self.clock = clock
        self.services = {
            key: Service(service_id=FIRST_SERVICE + number, server=server)
            for number, (key, server) in enumerate(cluster.servers.items())
        }
        self._samples: dict[int, list[tuple[datetime, int]]] = {}
        self._seen: dict[int, tuple[State, datetime]] = {}

    def find(self, request: web.Request) -> Service:
        """Return the service of a path; somebody else's is refused like a wrong scope."""
        wanted = int(request.match_info["id"])
        for service in self.services.values():
            if service.service_id == wanted:
                if wanted in self.gate.quirks.expired:
                    raise AnsweredError(answers.expired())
                return service
        raise AnsweredError(answers.unauthorized())

    def note(self) -> None:
        """Note how many are on, for the statistics."""
        now = self.clock.now()
        for service in self.services.values():
            kept = self._samples.setdefault(service.service_id, [])
            kept.append((now, len(service.server.online())))
            del kept[:-MOST_SAMPLES]

    def samples(self, service: Service) -> list[tuple[datetime, int]]:
        """Return when how many were on."""
        return self._samples.get(service.service_id, [])

    def changed_at(self, service: Service) -> datetime:
        """Return since when the server has been in its state, as far as anybody looked."""
        seen = self._seen.get(service.service_id)
        if seen is None or seen[0] is not service.server.state:
            seen = (service.server.state, self.clock.now())
            self._seen[service.service_id] = seen
        return seen[1]
