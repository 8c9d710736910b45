"""The one gate: every error becomes an exit code, and a reader who leaves is no bug."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import click
import journey
import pytest

from imagegen import __version__
from imagegen.cli import main, terminal


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["plan", "--help"], 0),
        ([], 2),
        (["biuld"], 2),
        (["plan", "--nonsense"], 2),
        (["build", "--max-images", "many"], 2),
        (["plan", "-f", "absent/imagegen.toml"], 2),
    ],
)
def test_the_exit_code_of_a_command_line(arguments, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main.run(arguments) == code
    assert "This is a bug" not in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["plan", "--nonsense", "--json"], ["accept", "--json"]])
def test_a_wrong_command_line_is_told_like_any_other_error(arguments, capsys):
    assert main.run(arguments) == 2
    told = capsys.readouterr()
    summary, usage, way = told.err.splitlines()
    assert summary.startswith("error: ")
    assert usage.startswith(f"  Usage: imagegen {arguments[0]} [OPTIONS]")
    assert way == f"  imagegen {arguments[0]} --help"
    (problem,) = json.loads(told.out)["errors"]
    assert summary == f"error: {problem['summary']}"


def full():
    return os.open("/dev/full", os.O_WRONLY)


def unread():
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.parametrize("output", [full, unread])
def test_a_wrong_command_line_is_told_though_nobody_gets_its_json(output):
    command, stream = journey.command(["plan", "--nonsense", "--json"]), output()
    done = subprocess.run(
        command, stdout=stream, stderr=subprocess.PIPE, encoding="utf-8", check=False
    )
    os.close(stream)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert done.stderr.startswith("error: No such option '--nonsense'.\n")


def test_a_bug_is_told_with_the_file_that_says_where_it_is():
    try:
        {}["nobody thought of this"]
    except KeyError as error:
        told = terminal.worded(main._bug(error)).splitlines()
    *summary, way, place = map(click.unstyle, told)
    assert summary == [
        f"error: This is a bug in imagegen {__version__}, and we are sorry: KeyError",
        "  What was paid for is safe.",
    ]
    assert way == "  please report it, with all that is in this file:"
    file = Path(place.removeprefix("    "))
    assert "nobody thought of this" in file.read_text(encoding="utf-8")
    file.unlink()


def test_a_verb_that_ends_with_a_code_passes_it_on(tmp_path, capsys):
    file = tmp_path / "imagegen.toml"
    file.write_text('[images.mug]\nprompt = "a mug"\n')
    assert main.run(["plan", "-f", str(file)]) == 0
    assert main.run(["plan", "-f", str(file), "--check"]) == 1
    assert main.run(["check", "-f", str(file)]) == 1
    assert "unlocked" in capsys.readouterr().out


def test_every_verb_of_the_list_exists_and_helps():
    for verb in main.VERBS:
        assert main.run([verb, "--help"]) == 0


def test_a_reader_who_leaves_early_is_no_bug(project):
    names = {f"mug-{i}": {"prompt": "a" * 500} for i in range(400)}
    text = "".join(f'[images.{name}]\nprompt = "{one["prompt"]}"\n' for name, one in names.items())
    project.write("imagegen.toml", text)
    running = subprocess.Popen(
        journey.command(["plan", "--json"]),
        cwd=project.folder,
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    running.stdout.close()
    told = running.stderr.read()
    running.stderr.close()
    assert running.wait() == 1
    assert told == b""
