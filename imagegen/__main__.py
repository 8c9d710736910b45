"""The start-up path: answers a build with nothing to do before anything heavy is imported."""

from __future__ import annotations

import sys

from imagegen import fingerprint


def main() -> None:
    """Run `imagegen` with the arguments of the process and leave with its exit code."""
    try:
        answer = fingerprint.quick_answer(sys.argv[1:])
        if answer is not None:
            sys.stderr.write(answer + "\n")
            sys.exit(0)
        # Deferred on purpose: click costs more than a whole build with nothing to do.
        from imagegen.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        # It can come while modules are loaded, before `run` can tell it.
        sys.stderr.write("interrupted\n")
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
