"""The save writer: worlds of both games in the bytes the games themselves write.

The formats are those of real files, checked by the independent reader ``arkparser`` in the tests.
"""

from sandbox.ark.writer.asa import write_asa
from sandbox.ark.writer.ase import encode_ase, write_ase
from sandbox.ark.writer.clusters import cluster_file
from sandbox.ark.writer.files import save_path, write_save
from sandbox.ark.writer.pods import pod_image
from sandbox.ark.writer.profiles import profile_file
from sandbox.ark.writer.tribes import tribe_file

__all__ = [
    "cluster_file",
    "encode_ase",
    "pod_image",
    "profile_file",
    "save_path",
    "tribe_file",
    "write_asa",
    "write_ase",
    "write_save",
]
