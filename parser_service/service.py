"""Puts the service together: one owner per game server, the API, and what the supervisor hears."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from parser_service.api.app import build_app
from parser_service.api.serving import ApiServer, listen, make_server
from parser_service.game_servers import GameServers, Served
from parser_service.locks import open_locks
from parser_service.notices import Notices
from parser_service.readiness import Readiness
from parser_service.settings import ParserSettings
from parser_service.stopping import Stop
from parser_service.worker import ServerWorker
from shared.config.community import Community, load_community
from shared.runtime.resources import Resources, open_resources
from shared.store.community import sync

log = logging.getLogger(__name__)
