"""What a save says about who is who: codes that somebody named a thing after, and which account plays whom.

``find_identity`` is run by the decoding process, ``store_identity`` in the transaction that stores a good save.
"""

from parser_service.identity.finding import Identity, find_identity
from parser_service.identity.storing import store_identity

__all__ = ["Identity", "find_identity", "store_identity"]
