"""tmp"""

import numpy as np
from parser_service.saves.columns import *


def no_tribes():
    z = np.zeros(0)
    return Tribes(
        tribe_id=z.astype(np.int64),
        owner_player_id=z.astype(np.int64),
        member_count=z.astype(np.int32),
        names=(),
        owner_names=(),
        sources=(),
        members=Members(
            tribe_index=z.astype(np.int32),
            player_id=z.astype(np.int64),
            rank=z.astype(np.int32),
            is_admin=z.astype(np.bool_),
            names=(),
        ),
    )
