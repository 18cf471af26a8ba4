"""Child processes: how they are started, watched and reaped.

They are forked from a server process that has the libraries loaded (``forkserver``), so that six bots cost
little more memory than one and start in a fraction of the time.

Why not ``multiprocessing``'s own fork server: its children hold the pipe by which it learns that the
supervisor is gone, so all of them would outlive a killed supervisor; a start blocks the event loop on it;
and it imports the supervisor's ``__main__`` into every child.
"""
