"""Saves to files that other programs read: ASV's JSON, CSV, NDJSON and Parquet.

What is exported is what staff may see. Pins and network addresses are in no column, so they are in no export.
"""

from __future__ import annotations

from parser_service.exporting.content import Content, content_of_file, content_of_save
from parser_service.exporting.formats import Format, Written, export

__all__ = ["Content", "Format", "Written", "content_of_file", "content_of_save", "export"]
