"""From structures to bases: clustering, summaries, and recognising bases from save to save."""

from parser_service.bases.cluster import cluster
from parser_service.bases.columns import BaseColumns, BaseMembers, members_from
from parser_service.bases.match import match_bases
from parser_service.bases.summary import in_bases, label_structures, summarise

__all__ = [
    "BaseColumns",
    "BaseMembers",
    "cluster",
    "in_bases",
    "label_structures",
    "match_bases",
    "members_from",
    "summarise",
]
