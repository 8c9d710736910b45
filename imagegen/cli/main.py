"""Owns the command `imagegen`: its list of verbs, its help and the one gate for errors.

Verbs are imported when they are used, so that `--help` and completion stay quick.
"""

from __future__ import annotations

import importlib
import keyword
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from imagegen import __version__
from imagegen.cli import terminal
from imagegen.errors import ImagegenError, Problem, nearest

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None  # type: ignore[assignment]

VERBS = {
    "init": "Write a commented starter project.",
    "plan": "Show what build would do, why, and for how much.",
    "build": "Carry the plan out; only new and changed pictures are paid for.",
    "watch": "Build on every save of the project file or anything it reads.",
    "preview": "Show every image on a local page, live.",
    "check": "Gate for CI: does the lock fit the project, do the files fit the lock?",
    "restore": "Bring outputs back from the store, as the lock has them.",
    "show": "Show what is known of each image, what was bought before, and the picture.",
    "mv": "Give an image another name, everywhere at once.",
    "pick": "Choose which of its bought takes an image shows.",
    "import": "Take an existing picture in, without buying one.",
    "accept": "Make an edited output what its image is to show.",
    "report": "Show what became of the pictures since a revision; who made each one.",
    "jobs": "List paid jobs from the ledger.",
    "resolve": "Settle paid jobs whose outcome is unknown.",
    "emulator": "Run a local server that speaks the Apiframe API.",
    "schema": "Print the JSON Schema of imagegen.toml, for editors.",
    "doctor": "Tell what is set up and what is missing.",
}
"""In order of use."""

_EPILOG = """\b
Examples:
  imagegen build --draft     free placeholder pictures, no key needed
  imagegen plan              what a build would buy, and why

Exit codes: 0 done or nothing to do; 1 something needs attention; 2 the request,
project file or lock is wrong; 3 a bug; 4 a paid job's outcome is unknown; 5 a
spending limit stopped it; 130 interrupted.

Environment: APIFRAME_API_KEY, APIFRAME_BASE_URL, IMAGEGEN_HOME (ledger and store).
"""


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        # Deferred on purpose: a verb loads only what it needs itself.
        # The module of a verb that Python keeps for itself ends with a line: `import_`.
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        module = importlib.import_module(f"imagegen.cli.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            close = nearest(args[0], VERBS)
            way = f"Did you mean `{close}`?" if close else "`imagegen --help` lists all of them."
            raise click.UsageError(f"There is no command `{args[0]}`. {way}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Verbs,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", message="imagegen %(version)s")
def imagegen() -> None:
    """Keep AI-generated pictures in your repository the way you keep code."""


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; returns the exit code. Nothing but this turns errors to codes."""
    _forbid_core_dumps()
    try:
        # Outside its standalone mode click returns the code of an Exit instead of raising it.
        code = imagegen.main(list(arguments), prog_name="imagegen", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        return _refused([_misuse(error)], 2, arguments)
    except ImagegenError as error:
        return _refused(error.problems, error.exit_code, arguments)
    except (KeyboardInterrupt, click.Abort):
        terminal.talk("interrupted")
        return 130
    except BrokenPipeError:
        # The reader of our output has gone.
        terminal.silence(sys.stdout)
        return 1
    except Exception as error:  # noqa: BLE001 - the one gate for bugs
        return _refused([_bug(error)], 3, arguments)
    return code if isinstance(code, int) else 0


def _forbid_core_dumps() -> None:
    """Keep the key, which is in the memory of every run, out of the file that a crash leaves."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refused(problems: Sequence[Problem], code: int, arguments: Sequence[str]) -> int:
    terminal.show(problems)
    if "--json" in arguments:
        try:
            terminal.data_json(terminal.problems_json(problems))
        except BrokenPipeError:
            terminal.silence(sys.stdout)
        except ImagegenError as error:
            terminal.show(error.problems)
    return code


def _misuse(error: click.ClickException) -> Problem:
    """Return what is wrong with a command line, and how it should look."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return Problem(error.format_message())
    hint = f"{context.command_path} --help"
    return Problem(error.format_message(), context.get_usage(), hint)


def _bug(error: Exception) -> Problem:
    text = "".join(traceback.format_exception(error))
    summary = f"This is a bug in imagegen {__version__}, and we are sorry: {type(error).__name__}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="imagegen-bug-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(f"imagegen {__version__}, Python {sys.version}\n\n{text}")
    except OSError as full:
        why = f"What was paid for is safe. The details cannot be written: {full.strerror}."
        return Problem(summary, why, "please report it, with the command that was run")
    hint = f"please report it, with all that is in this file:\n  {Path(file.name)}"
    return Problem(summary, "What was paid for is safe.", hint)
