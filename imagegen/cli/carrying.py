"""Owns the carrying out of what a verb has decided by itself: free, told like a build."""

from __future__ import annotations

from pathlib import Path

from imagegen.build.allowance import Allowance
from imagegen.build.result import Result
from imagegen.cli import terminal, works
from imagegen.cli.publishing import publish
from imagegen.cli.reporter import for_stream
from imagegen.opened import Opened
from imagegen.plan import Plan


def carry(opened: Opened, plan: Plan) -> Result:
    """Carry out a plan that buys nothing, and publish what it changed; raises NeedsAttention."""
    reporter = for_stream(len(plan.changes))
    try:
        result = works.carried_out(opened, plan, Allowance(images=0), reporter)
    finally:
        reporter.close()
    if result.exit_code == 0:
        loaded, workspace = opened.loaded, opened.workspace
        publish(loaded.project, loaded.targets, workspace.read_lock(), workspace)
    return result


def waiting(lock: Path) -> None:
    """Say that a build of this project is in the way."""
    terminal.waiting("a build of this project", lock)
