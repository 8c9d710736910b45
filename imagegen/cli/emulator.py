"""The verb `emulator`: a local server that speaks the Apiframe API, for tests and offline work."""

from __future__ import annotations

from pathlib import Path

import click

from imagegen.cli import terminal
from imagegen.emulator import faults as fault_table
from imagegen.emulator.serve import serve
from imagegen.emulator.settings import Settings

_EPILOG = """\b
Example:
  imagegen emulator --port 8787 &
  export APIFRAME_BASE_URL=http://127.0.0.1:8787 APIFRAME_API_KEY=afk_test
  imagegen build
"""


@click.command("emulator", epilog=_EPILOG)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8787,
    show_default=True,
    help="Port; 0 takes any free one.",
)
@click.option(
    "--latency",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    help="Seconds that a picture takes.",
)
@click.option(
    "--slots",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Jobs that run at once.",
)
@click.option(
    "--credits",
    "credit",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    help="Credits to start with.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for ledger, uploads and pictures. [a temporary one, gone at the end]",
)
@click.option(
    "--faults",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="TOML or JSON file with what shall go wrong.",
)
@click.option(
    "--picture-scale",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Divide picture sides by this.",
)
def command(
    *,
    host: str,
    port: int,
    latency: float,
    slots: int,
    credit: int,
    state: Path | None,
    faults: Path | None,
    picture_scale: int,
) -> None:
    """Run a local server that speaks the Apiframe API, version 2.

    Any key that starts with afk_ is good. Nothing costs money; its ledger of charges is at
    /emulator/ledger. Prints one line when it is ready; Ctrl-C ends it.
    """
    settings = Settings(
        host=host,
        port=port,
        latency=latency,
        slots=slots,
        credits=credit,
        state=state,
        faults=fault_table.read(faults) if faults else (),
        picture_scale=picture_scale,
    )
    serve(settings, announce=terminal.data)
