"""Runs the crash harness: `python -m tests.crash --help`."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # The harness is the package `crash` for pytest and for its own children, too.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from crash.command import main

    sys.exit(main(sys.argv[1:]))
