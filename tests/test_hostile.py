"""Hostile project files: refused or loaded in a few seconds and 300 MB, never with a traceback.

Each file is loaded in a process of its own, whose memory is measured by the system, and whose
processor time is limited by it: what else the machine does cannot change the answer.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from imagegen.errors import WrongInput
from imagegen.project.load import load

PROCESSOR_SECONDS = 8
"""Several times what the slowest of these files takes; what grows with the square takes more."""

HERO = '[images.hero]\nprompt = "x"\n'


def lines(pattern: str, count: int) -> str:
    return "".join(pattern.replace("#", str(n)) for n in range(count))


def commas(pattern: str, count: int) -> str:
    return ",".join(pattern.replace("#", str(n)) for n in range(count))


def images(count: int, *more: str) -> str:
    return lines("\n".join(("[images.i#]", 'prompt = "A #"', *more, "")), count)


FILES: dict[str, Callable[[], str | bytes]] = {
    "nothing": lambda: "",
    "one zero byte": lambda: b"\0",
    "a zero byte in a text": lambda: '[images.a]\nprompt = "x\0"\n',
    "an escaped zero byte": lambda: '[images.a]\nprompt = "x\\u0000"\n',
    "a surrogate": lambda: '[images.a]\nprompt = "\\ud800"\n',
    "latin-1": lambda: 'a = "é"'.encode("latin-1"),
    "utf-16": lambda: HERO.encode("utf-16"),
    "random bytes": lambda: bytes(range(256)) * 4000,
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(9999),
    "too large": lambda: "#" * 2**21,
    "only newlines": lambda: "\n" * (2**20),
    "only carriage returns": lambda: "\r" * (2**20),
    "deep lists": lambda: "a=" + "[" * 10**6,
    "deep inline tables": lambda: "a=" + "{a=" * 300_000,
    "deep keys": lambda: "a." * 500_000 + "b=1",
    "depth at the limit": lambda: f"{HERO}params = " + "{a=" * 31 + "1" + "}" * 31,
    "deep headers": lambda: lines(f"[{'a.' * 500}b#]\n", 900),
    "shared prefixes": lambda: lines("images.a.params.k#.a.b.c.d.e.f=1\n", 18_000),
    "a long number": lambda: f"{HERO}seed = {'9' * 10**6}",
    "a number of 250 digits": lambda: f"{HERO}seed = {'9' * 250}",
    "a long hex number": lambda: f"{HERO}seed = 0x{'f' * 10**6}",
    "not a number": lambda: f"{HERO}seed = nan\nparams = {{ output_quality = inf }}",
    "a number of any size in params": lambda: f"{HERO}params = {{ output_quality = {'9' * 250} }}",
    "a date as a number": lambda: f"{HERO}seed = 1979-05-27T00:00:00Z",
    "a date that is none": lambda: f"{HERO}seed = 1979-99-99",
    "unclosed long text": lambda: 'a="""' + '""\\"' * 250_000,
    "long texts in turn": lambda: '"""\n' + '\\"""\n' * 200_000,
    "many tables": lambda: lines("[t#]\n", 90_000),
    "many images": lambda: images(9_999),
    "too many images": lambda: images(10_001),
    "an image of a thousand names": lambda: lines("images.a.b#=1\n", 70_000),
    "long names": lambda: lines(f"[images.{'a' * 200}#]\n", 4000),
    "names that differ in case": lambda: images(4999)
    + images(4999).replace("images.i", "images.I"),
    "one output for all": lambda: images(9_999, 'output = "a.png"'),
    "outputs as folders": lambda: images(9_000, 'output = "a.png/b#.png/c.png"') + HERO,
    "a deep output folder": lambda: f'[project]\noutput_dir = "{"a/" * 400}b"\n{images(9_999)}',
    "unknown keys": lambda: images(9_000, "sede = #"),
    "unknown keys in one table": lambda: "[provider]\n" + lines("k# = 1\n", 90_000),
    "missing prompts": lambda: lines("[images.i#]\n", 9_999),
    "unknown styles": lambda: images(9_000, 'style = "sx#"') + "[styles]\n"
    + lines("s# = {prompt='{prompt}'}\n", 9_000),
    "unknown variables": lambda: "[vars]\n" + lines("name_# = 'x'\n", 9_000)
    + lines("[images.i#]\nprompt = '{nme_#}'\n", 9_000),
    "unknown models": lambda: images(9_999, 'model = "flx-#"'),
    "unknown params": lambda: images(9_999, "params = { resoluton# = 1 }"),
    "unknown default params": lambda: "[defaults.params]\n" + lines("k# = 1\n", 60)
    + images(9_000, "params = { guidance = 2.# }"),
    "more params than any model": lambda: f"{HERO}params = {{{commas('k# = 1', 90_000)}}}",
    "a large param": lambda: f'[defaults.params]\nraw = "{"x" * 500_000}"\n{images(9_000)}',
    "a long list": lambda: f"{HERO}references = [{'1,' * 400_000}]",
    "a long list of params": lambda: f"{HERO}params = {{ a = [{'{},' * 300_000}] }}",
    "many references": lambda: f"{HERO}references = [" + commas("'a#.png'", 900) + "]",
    "missing references": lambda: images(9_999, 'references = ["x#.png"]'),
    "a long reference": lambda: f'{HERO}references = ["https://a.example/{"x" * 900_000}"]',
    "billion laughs": lambda: lines('[vars]\nv = "{w}"\n', 1) + f"w = '{'x' * 10**5}'\n[images.a]\n"
    f"prompt = '{'{w}' * 200}'\n",
    "many variables": lambda: f"[vars]\nv = ''\n[images.a]\nprompt = '{'{v}' * 300_000}'",
    "a style of many variables": lambda: "[vars]\nv = ''\n[styles.s]\n"
    f"prompt = '{{prompt}}{'{v}' * 199}'\n" + images(9_999, 'style = "s"'),
    "braces": lambda: f"[images.a]\nprompt = '{'{' * 900_000}'",
    "many declared models": lambda: lines("[models.m#]\nfamily = 'flux'\n", 20_000),
    "a model of many params": lambda: "[models.m]\nparams_key = 'x'\nparams = {"
    + commas("k# = {}", 80_000) + "}\n" + HERO,
    "many prices": lambda: "[prices]\n" + lines("m# = 1\n", 90_000) + HERO,
    "images as tables in a list": lambda: "[[images]]\nprompt = 'x'\n" * 40_000,
    "a key called [key]": lambda: "'[key]' = 1\nimages.'[key]'.prompt = 'x'\nvars.'[key]' = 'x'",
    "keys that look like numbers": lambda: "[images.0]\nprompt = 'x'\n[images.1.1]\nprompt = 'x'",
    "hidden letters": lambda: "[images.'\u202e']\nprompt = 'x'\n[images.a]\n'\u200b' = 1",
}  # fmt: skip


def loaded(file: Path) -> str:
    try:
        return f"{len(load(file).targets)} targets"
    except WrongInput as wrong:
        if any(problem.where is None for problem in wrong.problems):
            return "a problem without a place"
        return f"{len(wrong.problems)} problems"


def in_a_process_of_its_own(file: Path) -> tuple[str, int]:
    """Return what `loaded` says, nothing if it takes too long, and the most memory in KiB."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        answer = "a traceback"
        try:
            answer = loaded(file)
        finally:
            os.write(writing, answer.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read().decode()
    _, _, usage = os.wait4(child, 0)
    return answer, usage.ru_maxrss


@pytest.mark.skipif(sys.platform == "win32", reason="measures a forked process")
@pytest.mark.parametrize("name", FILES)
def test_it_is_loaded_or_refused_in_time(name: str, tmp_path: Path) -> None:
    content = FILES[name]()
    file = tmp_path / "imagegen.toml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer, memory = in_a_process_of_its_own(file)
    assert answer.endswith(("targets", "problems"))
    # A forked process starts with what this one holds.
    assert memory - own < 300_000
