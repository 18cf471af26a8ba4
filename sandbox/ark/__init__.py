"""A small ARK cluster on loopback: servers with RCON, a log file and saves, and the life in them.

``cluster.open_cluster`` is the way in; ``server.open_server`` opens one server alone.
Each behaviour says where it is known from; "facts" are the captured lines and replies of real servers.
"""
