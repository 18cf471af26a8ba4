"""Pages as files: one picture, or several that play by themselves."""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from parser_service.pictures.domain import Drawing, Form
from parser_service.pictures.draw import Page

_FRAME_MILLISECONDS: Final = 600
# The last frame is what there is now: it stays a while before the growth begins again.
_LAST_MILLISECONDS: Final = 2500
# Few colours are on a page, and each frame is quantised to the same ones, so that nothing flickers.
_COLOURS: Final = 64


def draw(drawing: Drawing) -> bytes:
    """Return a drawing as the file that is asked for."""
    page = Page(drawing)
    canvas = FigureCanvasAgg(page.figure)
    images = []
    for frame in drawing.frames:
        page.show(frame)
        images.append(_image(canvas))
    return _single(images[-1]) if drawing.form is Form.PNG else _moving(images, drawing.form)


def _image(canvas: Any) -> Image.Image:
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy(), mode=None)


def _single(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", optimize=False, compress_level=6)
    return file.getvalue()


def _moving(images: list[Image.Image], form: Form) -> bytes:
    palette = images[-1].quantize(_COLOURS)
    plain = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    durations = [_FRAME_MILLISECONDS] * (len(plain) - 1) + [_LAST_MILLISECONDS]
    file = io.BytesIO()
    name = "GIF" if form is Form.GIF else "PNG"
    plain[0].save(file, name, save_all=True, append_images=plain[1:], duration=durations, loop=0)
    return file.getvalue()
