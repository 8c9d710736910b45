"""Owns what a zygote imports before it forks: all that a build may need."""

from __future__ import annotations

import ssl
from functools import partial

import PIL.AvifImagePlugin
import PIL.JpegImagePlugin
import PIL.PngImagePlugin
import PIL.WebPImagePlugin

import imagegen.__main__
import imagegen.cli.build
import imagegen.cli.check
import imagegen.cli.jobs
import imagegen.cli.main
import imagegen.cli.resolve
import imagegen.cli.restore
import imagegen.cli.works
import imagegen.project.schema
from imagegen.build import board, inquiry
from imagegen.build.darkroom import Darkroom

from .daylight import Daylight

__all__ = ["PIL", "imagegen"]

# A job of the emulator is done at once here; waiting half a second for it proves nothing.
board.Rhythm = partial(board.Rhythm, shortest=0.01)  # type: ignore[misc, assignment]
# The vendor's list is exact at once, too; nobody has to wait between two looks at it.
inquiry.BETWEEN_LOOKS_SECONDS = 0.05
# The vendor speaks plain http on this machine; reading all authorities takes a third of a build.
ssl.SSLContext.load_verify_locations = lambda *_, **__: None  # type: ignore[method-assign]
# The vendor's pictures are good here; what bad ones do is for the hostile answers to try.
Darkroom.inspected = Daylight.inspected  # type: ignore[method-assign]
Darkroom.converted = Daylight.converted  # type: ignore[method-assign]
