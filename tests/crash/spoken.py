"""Owns what is said of a lie: a whole command is told it, and everything that it leaves is read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import journey

import imagegen

from .huckster import Deal, Huckster
from .lies import Lie
from .spoils import picture
from .tally import Failure

PROJECT = """\
[defaults]
params = { resolution = "1MP", output_format = "png" }

[images.mug]
prompt = "a mug"
"""
MEMORY = 300 * 1024
"""KiB for the command and for each of its children."""
SECONDS = 60.0

_PACKAGE = Path(imagegen.__file__).resolve().parent.parent


@dataclass(frozen=True)
class _Ended:
    code: int
    said: bytes
    memory: int


def attacked(lie: Lie, folder: Path, huckster: Huckster, repeat: str) -> list[Failure]:
    """Run `imagegen build` while the first answer is a lie; return what is broken."""
    found: list[Failure] = []
    (folder / "project").mkdir(parents=True)
    (folder / "project/imagegen.toml").write_text(PROJECT, encoding="utf-8")
    deal = Deal(
        picture("png", angle=1), lie.route, lie.say, times=1, commits=lie.commits, fails=lie.fails
    )
    huckster.deal = deal
    try:
        for code in ((0, 1, 4), (0, 1, 4)):
            ended = _built(folder, huckster.url)
            deal.turn_honest()
            for what, wrong in {
                "exit code": ended.code not in code,
                "traceback": b"Traceback" in ended.said,
                "escape": _obeyed(ended.said),
                "key leak": journey.KEY.encode() in ended.said,
                "too much memory": ended.memory > MEMORY,
            }.items():
                if wrong:
                    told = f"exit code {ended.code}, {ended.memory} KiB: {ended.said[-2000:]!r}"
                    found.append(Failure(what, told, f"{repeat} (whole command)"))
        if deal.charges > 1:
            found.append(Failure("double charge", f"{deal.charges} charges", repeat))
        output = folder / "project/images/mug.png"
        right = output.is_file() and output.read_bytes() == deal.picture
        if lie.end == "right" and not lie.may_name_another_job and not right:
            found.append(Failure("lost picture", repr(ended.said[-2000:]), f"{repeat} (command)"))
    finally:
        shutil.rmtree(folder)
    return found


def _built(folder: Path, url: str) -> _Ended:
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(_PACKAGE),
        "HOME": str(folder / "home"),
        "IMAGEGEN_HOME": str(folder / "home/imagegen"),
        "APIFRAME_API_KEY": journey.KEY,
        "APIFRAME_BASE_URL": url,
        "NO_COLOR": "1",
        "LANG": "C.UTF-8",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "imagegen", "build"],
        cwd=folder / "project",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        watch = threading.Timer(SECONDS, process.kill)
        watch.start()
        said = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        watch.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    return _Ended(process.returncode, said, usage.ru_maxrss)


def _obeyed(said: bytes) -> bool:
    text = said.decode("utf-8", "replace")
    harmful = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return any(unicodedata.category(letter) in harmful for letter in text if letter != "\n")
