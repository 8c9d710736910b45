"""The rules of the house, as tests: format, lint, types, floors, sizes, names, twins, voices."""

from __future__ import annotations

import ast
import builtins
import re
import statistics
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import journey
import pytest

PACKAGE = journey.ROOT / "imagegen"
TESTS = journey.ROOT / "tests"

MODULE_LINES = 350
FUNCTION_LINES = 60
MEDIAN_LINES = 10
P90_LINES = 30
POSITIONAL = 5

DRAWERS = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
"""Words that name no noun; a module called so would collect what nobody could place."""

DEFERRED = {
    ("build/signing.py", "imagegen.build.seal.Seal"),  # an extra that only signers install
    ("__main__.py", "imagegen.interruption"),  # a build with nothing to do hears no signals
    ("__main__.py", "imagegen.cli.main.run"),  # a build with nothing to do never pays for the rest
    ("cli/building.py", "imagegen.cli.works"),  # loads HTTP and pixels
    ("cli/watch.py", "imagegen.cli.preview.running"),  # loads a web server, for --preview only
    ("cli/reporter.py", "imagegen.cli.live.LiveReporter"),  # rich, for terminals only
    ("cli/show.py", "imagegen.cli.easel"),  # Pillow, for drawing only
    ("project/load.py", "imagegen.project.content"),  # loads a YAML reader, for pages only
    ("project/load.py", "imagegen.project.places"),  # loads parsers, for errors only
}
"""Imports inside functions: (file, what it imports); each saves time that people feel."""

TWINLESS = {
    "build/download.py": "test_build_collect, test_build_links",
    "__main__.py": "journeys, test_startup",
    "build/allowance.py": "values only; test_build_limits",
    "build/desk.py": "values only; every test of a whole run has one",
    "cli/": "journeys",
    "emulator/settings.py": "values only; every emulator test gives some",
    "events.py": "values only",
    "lock_block.py": "test_lock",
    "locked.py": "values only; test_lock, test_stock",
    "original.py": "values only",
    "pictures/container/container.py": "a socket; test_xmp",
    "pictures/scenes/": "test_composition, test_paint",
    "project/fault.py": "values only",
    "providers/provider.py": "a socket; test_draft and test_apiframe_client",
    "store/store.py": "a socket; test_disk",
}
"""Modules without a test file of their own, and what tests them; folders end with a slash."""

VOICES = ("__main__.py", "cli/")
"""What may print."""

GATE = "cli/main.py"
"""The one place that catches every exception, to turn bugs into an exit code."""

UNSEEN = {
    "python-multipart",  # starlette reads uploads with it
    "sniffio",  # anyio and httpx ask it which loop runs
}
"""Dependencies that no module of ours imports, and who needs them."""

CHECKS = {
    "format": ["ruff", "format", "--check", "--quiet", "--output-format", "concise", "."],
    "lint": ["ruff", "check", "--quiet", "--output-format", "concise", "."],
    "types": ["mypy"],
    "floors": ["lint-imports", "--no-cache", "--no-logo"],
}
"""The tools that judge the whole tree, as pyproject.toml sets them up."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file of ours."""

    name: str
    """POSIX path below the package or the tests."""
    text: str
    tree: ast.Module

    @property
    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    @property
    def is_marker(self) -> bool:
        """Whether this is an `__init__.py`, which holds a docstring and no code."""
        return self.name.endswith("__init__.py")

    def within(self, places: Iterable[str]) -> bool:
        """Whether this file is one of `places`; those that end with a slash are folders."""
        return any(
            self.name == place or (place.endswith("/") and self.name.startswith(place))
            for place in places
        )


@cache
def sources(folder: Path) -> list[Source]:
    """Read and parse a folder, once; and only in the worker that has a use for it."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Source(path.relative_to(folder).as_posix(), text, ast.parse(text)))
    return found


def modules() -> list[Source]:
    return [source for source in sources(PACKAGE) if not source.is_marker]


def hold(offences: Iterable[str], rule: str) -> None:
    """Fail with `rule` and every offence against it."""
    listed = list(offences)
    assert not listed, "\n  ".join([rule, *listed])


def length(function: Function) -> int:
    """Return the lines of a function, from its `def` to its last."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def lengths() -> list[int]:
    return sorted(length(function) for source in modules() for function in source.functions)


def imports(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the dotted name of every import below `node`."""
    for found in ast.walk(node):
        if isinstance(found, ast.ImportFrom):
            yield from ((found.lineno, f"{found.module}.{alias.name}") for alias in found.names)
        elif isinstance(found, ast.Import):
            yield from ((found.lineno, alias.name) for alias in found.names)


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for such an expression, else an empty text."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def twins(source: Source) -> set[str]:
    """Return the names that a module's test file may have: test_disk.py, test_store_disk.py."""
    parts = source.name.removesuffix(".py").split("/")
    return {f"test_{'_'.join(parts[start:])}.py" for start in range(len(parts))}


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
def test_the_tools_have_nothing_to_say(check: str) -> None:
    program, *arguments = CHECKS[check]
    done = subprocess.run(
        [str(Path(sysconfig.get_path("scripts")) / program), *arguments],
        cwd=journey.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_modules_fit_on_a_few_screens() -> None:
    long = ((source.name, source.text.count("\n")) for source in sources(PACKAGE))
    hold(
        (f"{name}: {lines} lines" for name, lines in long if lines > MODULE_LINES),
        f"A module has at most {MODULE_LINES} lines; split it by noun.",
    )


def test_functions_fit_on_one_screen() -> None:
    hold(
        (
            f"{source.name}:{function.lineno} {function.name}: {length(function)} lines"
            for source in sources(PACKAGE)
            for function in source.functions
            if length(function) > FUNCTION_LINES
        ),
        f"A function has at most {FUNCTION_LINES} lines; name its steps.",
    )


def test_most_functions_are_short() -> None:
    found = lengths()
    assert statistics.median(found) <= MEDIAN_LINES
    assert found[len(found) * 9 // 10] <= P90_LINES


def test_functions_take_few_arguments_by_position() -> None:
    hold(
        (
            f"{source.name}:{function.lineno} {function.name}"
            for source in sources(PACKAGE)
            for function in source.functions
            if len(positional(function)) > POSITIONAL
        ),
        f"At most {POSITIONAL} parameters by position; the rest stand after `*`.",
    )


def positional(function: Function) -> list[str]:
    given = [arg.arg for arg in function.args.posonlyargs + function.args.args]
    return given[1:] if given[:1] in (["self"], ["cls"]) else given


def test_every_module_is_named_after_what_it_owns() -> None:
    hold(
        (
            source.name
            for source in sources(PACKAGE)
            if DRAWERS & set(source.name.removesuffix(".py").replace("/", "_").split("_"))
        ),
        f"A module is named by a noun, none of {', '.join(sorted(DRAWERS))}.",
    )


def test_every_module_begins_with_a_sentence() -> None:
    hold(
        (
            source.name
            for source in sources(PACKAGE)
            if not (ast.get_docstring(source.tree) or "").split("\n\n")[0].endswith(".")
        ),
        "A module begins with a docstring; its first paragraph says what it owns, as a sentence.",
    )


def test_package_markers_hold_no_code() -> None:
    hold(
        (
            source.name
            for source in sources(PACKAGE)
            if source.is_marker and source.name != "__init__.py" and len(source.tree.body) > 1
        ),
        "An `__init__.py` has a docstring and nothing else; import from the module itself.",
    )


def test_imports_stand_at_the_top() -> None:
    found = {
        (source.name, line, name)
        for source in sources(PACKAGE)
        for function in source.functions
        for line, name in imports(function)
    }
    hold(
        (
            f"{file}:{line} imports {name}"
            for file, line, name in sorted(found)
            if (file, name) not in DEFERRED
        ),
        "Imports stand at the top of a module; an exception is listed in DEFERRED with its reason.",
    )
    used = {(file, name) for file, _, name in found}
    hold((str(entry) for entry in sorted(DEFERRED - used)), "DEFERRED lists what is not there.")


def test_a_fresh_install_has_what_is_imported_and_nothing_else() -> None:
    packages = metadata.packages_distributions()
    imported = {
        distribution(packages.get(name.split(".")[0], [name])[0])
        for source in sources(PACKAGE)
        for _, name in imports(source.tree)
        if name.split(".")[0] not in {*sys.stdlib_module_names, "imagegen"}
    }
    hold(sorted(imported - declared()), "Imported, but not among the dependencies:")
    hold(sorted(declared() - imported - UNSEEN), "A dependency that nothing imports:")


def declared() -> set[str]:
    """Return the names of the distributions that pyproject.toml asks for, extras among them."""
    text = (journey.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    extras = project["optional-dependencies"].items()
    wanted = [project["dependencies"], *(lines for name, lines in extras if name != "dev")]
    return {distribution(line) for lines in wanted for line in lines}


def distribution(requirement: str) -> str:
    """Return the normal form of a distribution's name, without version or extras."""
    name = re.split(r"[<>=~!;\[ ]", requirement)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_module_has_its_test_file() -> None:
    present = {path.name for path in TESTS.rglob("test_*.py")}
    hold(
        (
            source.name
            for source in modules()
            if not source.within(TWINLESS) and not twins(source) & present
        ),
        "Each module has a test file of its name; an exception is listed in TWINLESS.",
    )


def test_the_list_of_modules_without_a_test_file_is_true() -> None:
    present = {path.name for path in TESTS.rglob("test_*.py")}
    hold(
        (
            place
            for place in TWINLESS
            if not any(
                source.within([place]) and not twins(source) & present for source in modules()
            )
        ),
        "TWINLESS lists what is not there or has a test file by now.",
    )


def test_tests_patch_nothing_of_ours() -> None:
    hold(
        (
            f"{source.name}:{call.lineno}"
            for source in sources(TESTS)
            for call in ast.walk(source.tree)
            if isinstance(call, ast.Call) and patches_ours(source, call)
        ),
        "Nothing of ours is patched; pass the value in, or use a real neighbour.",
    )


def test_tests_know_no_mocks() -> None:
    hold(
        (
            f"{source.name}:{line}"
            for source in sources(TESTS)
            for line, name in imports(source.tree)
            if f"{name}.".startswith(("mock.", "unittest.mock."))
        ),
        "No mocks: real files, real servers, real processes.",
    )


def patches_ours(source: Source, call: ast.Call) -> bool:
    """Whether a call replaces a part of the package; what Python brings is a neighbour."""
    if dotted(call.func) not in {
        f"monkeypatch.{verb}" for verb in ("setattr", "delattr", "setitem")
    }:
        return dotted(call.func).startswith(("mocker.", "mock."))
    target = call.args[0]
    if isinstance(target, ast.Constant):
        return str(target.value).startswith("imagegen")
    return dotted(target).split(".")[0] in names_of_ours(source)


def names_of_ours(source: Source) -> set[str]:
    return {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).split(".")[0] == "imagegen"
    }


def test_errors_can_be_raised_through_anything() -> None:
    # Whatever is raised inside a `with` is given its traceback, which a frozen one does not take.
    hold(
        (
            f"{source.name}:{one.lineno} {one.name}"
            for source in sources(PACKAGE)
            for one in ast.walk(source.tree)
            if isinstance(one, ast.ClassDef) and one.name in errors() and is_frozen(one)
        ),
        "An exception is no value: it is never a frozen dataclass.",
    )


@cache
def errors() -> set[str]:
    """Return the names of all exceptions of ours."""
    kinds = [
        (one.name, {dotted(base).split(".")[-1] for base in one.bases})
        for source in sources(PACKAGE)
        for one in ast.walk(source.tree)
        if isinstance(one, ast.ClassDef)
    ]
    known = {
        name
        for name, one in vars(builtins).items()
        if isinstance(one, type) and issubclass(one, BaseException)
    }
    ours: set[str] = set()
    while more := {name for name, bases in kinds if bases & (known | ours)} - ours:
        ours |= more
    return ours


def is_frozen(one: ast.ClassDef) -> bool:
    return any(
        keyword.arg == "frozen"
        for decorator in one.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
    )


def test_only_the_command_line_speaks() -> None:
    spoken = ("print", "sys.stdout", "sys.stderr", "rich.print", "click.echo")
    hold(
        (
            f"{source.name}:{node.lineno} {dotted(node)}"
            for source in sources(PACKAGE)
            if not source.within(VOICES)
            for node in ast.walk(source.tree)
            if isinstance(node, ast.expr) and dotted(node) in spoken
        ),
        "Only the command line speaks; everything else returns values or yields events.",
    )


def test_only_the_gate_catches_everything() -> None:
    hold(
        (
            f"{source.name}:{node.lineno}"
            for source in sources(PACKAGE)
            if source.name != GATE
            for node in ast.walk(source.tree)
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or dotted(node.type) == "Exception")
        ),
        "Catch what you can name; a bug must reach the one gate in `cli`.",
    )
