"""``map``: a picture of whose bases stand where, or of when they decay."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from parser_service.cli.opening import FileKind, opened
from parser_service.cli.reading import Rules, kept
from parser_service.cli.screen import progress, say, size
from parser_service.exporting.files import out_folder
from parser_service.pictures.domain import Colouring, Drawing, Form
from parser_service.pictures.painter import Painter
from parser_service.pictures.territory import territory_of
from shared.errors import InvalidInputError


def draw_map(
    path: Path, out: Path, rules: Rules, *, colouring: Colouring, now: datetime, overwrite: bool
) -> None:
    """Write a PNG of a world's bases."""
    if out.suffix.lower() != ".png":
        raise InvalidInputError(f"The picture is a PNG: name it so, like {out.stem}.png.")
    with progress() as tell, opened(path, tell, only=(FileKind.WORLD, FileKind.COLUMNS)) as file:
        tell(f"reading {file.name}")
        save = kept(file, rules)
        drawing = Drawing(
            frames=(territory_of(save),),
            title=save.world.map_name or file.name,
            colouring=colouring,
            form=Form.PNG,
            now=now,
        )
        tell("drawing")
        picture = asyncio.run(Painter().paint(drawing))
        with out_folder(out.parent, [out.name], overwrite=overwrite) as incoming:
            (incoming / out.name).write_bytes(picture)
    say(f"{out}: {len(save.bases):,} bases, {size(len(picture))}; only you may read it")
