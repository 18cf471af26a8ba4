"""From structures to bases: clustering, summaries, and recognising bases from save to save."""

from parser_service.bases.cluster import cluster
from parser_service.bases.columns import BaseColumns, BaseMembers, members_from
from parser_service.bases.contents import BaseContents
from parser_service.bases.counting import ClassCounts
from parser_service.bases.history import BaseEvent, BaseEventKind, base_events
from parser_service.bases.match import match_bases
from parser_service.bases.summary import in_bases, label_structures, summarise, tames_inside

__all__ = [
    "BaseColumns",
    "BaseContents",
    "BaseEvent",
    "BaseEventKind",
    "BaseMembers",
    "ClassCounts",
    "base_events",
    "cluster",
    "in_bases",
    "label_structures",
    "match_bases",
    "members_from",
    "summarise",
    "tames_inside",
]
