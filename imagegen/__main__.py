"""The start-up path: answers a build with nothing to do before anything heavy is imported."""

from __future__ import annotations

import os
import sys

from imagegen import fingerprint


def main() -> None:
    """Run `imagegen` with the arguments of the process and leave with its exit code."""
    _fill_gaps()
    try:
        answer = fingerprint.quick_answer(sys.argv[1:])
        if answer is not None:
            sys.stderr.write(answer + "\n")
            sys.exit(0)
        # Deferred on purpose: a build with nothing to do is over before anybody could end it.
        from imagegen import interruption

        interruption.begin(_interrupted, _flush)
    except KeyboardInterrupt:
        # Until here Python's own way with signals is in place.
        _interrupted()
        os._exit(130)
    # Deferred on purpose: click costs more than a whole build with nothing to do.
    from imagegen.cli.main import run

    sys.exit(interruption.over(run(sys.argv[1:])))


def _fill_gaps() -> None:
    """Open the streams that were closed: else their numbers would go to files, the ledger's too."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _interrupted() -> None:
    # Past all buffers, which may be in the midst of something.
    os.write(2, b"interrupted\n")


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


if __name__ == "__main__":
    main()
