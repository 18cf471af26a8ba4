"""The bots' community, for tests of what bots stand on."""

from tests.bots.conftest import community as community
