"""Tests of the ledger under kill -9 at every call that touches the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from buying import run

from imagegen.build.ledger import Ledger

SWEEP = """
import json, os, shutil, signal, sys
from pathlib import Path
from buying import allowed, bought, intent, purchase
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import State

DISK = {"write", "fsync", "open", "close", "rename", "replace", "mkdir", "chmod", "ftruncate",
        "flush", "unlink", "flock", "fdopen"}
NOW = 1_800_000_000.0
root, action = Path(sys.argv[1]), sys.argv[2]

def buy(ledger, said):
    ledger.intend(intent(7), allowed)
    os.write(said, b"intended ")
    ledger.note(purchase(7), State.ACCEPTED, job_id="job-7")
    os.write(said, b"accepted ")

def recover(ledger, said):
    ledger.entries()

def compact(ledger, said):
    assert ledger.compact()

def prepare(folder):
    ledger = Ledger.open(folder, clock=lambda: NOW)
    if action == "buy":
        return
    for number in range(1, 4):
        ledger.intend(intent(number, body=b"x" * 400_000), allowed)
        ledger.note(purchase(number), State.ACCEPTED, job_id=f"job-{number}")
    for number in (1, 2):
        ledger.note(purchase(number), State.LOCKED, credits=5)
    if action == "recover":
        path = folder / "ledger.jsonl"
        path.write_bytes(path.read_bytes().replace(b'"job-1"', b'"job-?"'))

def attempt(folder, kill_at):
    said, heard = os.pipe()[::-1]
    child = os.fork()
    if not child:
        later = Ledger(folder, clock=lambda: NOW + 101 * 86400)
        left = kill_at
        def count(frame, event, arg):
            nonlocal left
            if event == "c_call" and arg.__name__ in DISK:
                left -= 1
                if left < 0 and not (arg is os.write and frame.f_code.co_name == "buy"):
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.setprofile(count)
        globals()[action](later, said)
        sys.setprofile(None)
        os._exit(0)
    os.close(said)
    status = os.waitpid(child, 0)[1]
    with os.fdopen(heard) as pipe:
        return status, pipe.read().split()

prepare(root / "start")
kill_at, results = 0, []
while True:
    folder = root / str(kill_at)
    if (root / "start").exists():
        shutil.copytree(root / "start", folder)
    status, said = attempt(folder, kill_at)
    results.append([kill_at, said])
    if status == 0:
        break
    assert status == signal.SIGKILL, status
    kill_at += 1
print(json.dumps(results))
"""


def sweep(folder: Path, action: str) -> list[tuple[Path, list[str]]]:
    """Kill `action` at its first, second, … call to the disk; the last one ran to its end."""
    pytest.importorskip("fcntl")
    found = json.loads(run(SWEEP, folder, action))
    assert len(found) > 8
    return [(folder / str(number), said) for number, said in found]


def test_what_was_acknowledged_survives_a_kill_anywhere(tmp_path: Path) -> None:
    for folder, said in sweep(tmp_path, "buy"):
        ledger = Ledger.open(folder)
        entries = list(ledger.entries().values())
        assert ledger.damage == ()
        assert len(entries) == 1 or "intended" not in said, folder
        assert "accepted" not in said or entries[0].job_id == "job-7", folder


def test_compaction_can_be_killed_anywhere(tmp_path: Path) -> None:
    folders = [folder for folder, _ in sweep(tmp_path, "compact")]
    known = Ledger.open(tmp_path / "start")
    for folder in folders:
        ledger = Ledger.open(folder)
        assert ledger.damage == ()
        assert (ledger.spent(0), ledger.prices()) == (known.spent(0), known.prices())
        states = {one: entry.state for one, entry in ledger.entries().items()}
        assert states == {one: entry.state for one, entry in known.entries().items()}


def test_recovery_from_damage_can_be_killed_anywhere(tmp_path: Path) -> None:
    folders = [folder for folder, _ in sweep(tmp_path, "recover")]
    hurt = (tmp_path / "start" / "ledger.jsonl").read_bytes()
    whole = Ledger.open(folders[-1]).entries()
    for folder in folders:
        states = {one: entry.state for one, entry in Ledger.open(folder).entries().items()}
        assert states == {one: entry.state for one, entry in whole.items()}
        copies = list(folder.glob("ledger.damaged-*.jsonl"))
        assert [copy.read_bytes() for copy in copies] == [hurt]
