"""The one gate: every error becomes an exit code, and a reader who leaves is no bug."""

from __future__ import annotations

import subprocess

import journey
import pytest

from imagegen.cli import main


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
