"""Owns the ledger: every charge and refund, on stable storage before anyone hears of it.

One file, `ledger.jsonl`, is all the memory that an emulator has of its jobs: a charge line also
holds the job. Lines are only ever appended; a torn last line is what a kill leaves and is cut.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from imagegen import atomic, file_lock
from imagegen.emulator.jobs import Fate, Job
from imagegen.errors import NeedsAttention, Problem, WrongInput
from imagegen.providers.provider import JobStatus

FILE_NAME = "ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Charge:
    """Credits taken for one job, and whether they were given back."""

    job: str
    key: str
    """Id of the caller: hex sha256 of the API key."""
    idempotency_key: str | None
    body_sha256: str
    model: str
    credits: int
    at: float
    """Seconds since 1970."""
    refunded_at: float | None = None

    @property
    def refunded(self) -> bool:
        """Whether the credits were given back."""
        return self.refunded_at is not None


class Ledger:
    """Charges in the order they were made, kept in a file; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        atomic.make_folder(folder)
        self._hold = contextlib.ExitStack()
        try:
            self._hold.enter_context(file_lock.held(folder / "ledger.lock", limit=0))
        except NeedsAttention:
            raise WrongInput(
                Problem(
                    "Another emulator uses this state folder",
                    f"`{folder}` is locked by a process that is still running.",
                    "Stop that emulator, or choose another state folder.",
                )
            ) from None
        self._path = folder / FILE_NAME
        self._charges: dict[str, Charge] = {}
        self._jobs: list[Job] = []
        self.spent = 0
        """Credits charged and not given back."""
        self._read()
        self._file = self._path.open("ab")
        atomic.sync_folder(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._hold.close()

    @property
    def charges(self) -> list[Charge]:
        """All charges so far, the refunded ones included."""
        return list(self._charges.values())

    @property
    def jobs(self) -> list[Job]:
        """All jobs ever charged, oldest first."""
        return list(self._jobs)

    def charge(self, charge: Charge, job: Job) -> None:
        """Record a charge and its job, durably."""
        self._append({"event": "charge", **_line(charge), "record": dataclasses.asdict(job)})
        self._take(charge, job)

    def refund(self, job_id: str, at: float) -> None:
        """Record that a job's credits are given back, durably; a second time changes nothing."""
        charge = self._charges[job_id]
        if charge.refunded:
            return
        self._append({"event": "refund", **_line(dataclasses.replace(charge, at=at))})
        self._give_back(charge, at)

    def charge_of(self, job_id: str) -> Charge:
        """Return the charge of a job that exists."""
        return self._charges[job_id]

    def lines(self) -> list[dict[str, object]]:
        """Return charges and refunds as the control endpoint shows them, oldest first."""
        lines: list[dict[str, object]] = []
        for charge in self.charges:
            lines.append({"event": "charge", **_line(charge)})
            if charge.refunded_at is not None:
                again = dataclasses.replace(charge, at=charge.refunded_at)
                lines.append({"event": "refund", **_line(again)})
        return sorted(lines, key=lambda line: float(str(line["at"])))

    def _append(self, line: Mapping[str, object]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self) -> None:
        if not self._path.exists():
            return
        data = self._path.read_bytes()
        whole, _, torn = data.rpartition(b"\n")
        for number, text in enumerate(whole.split(b"\n") if whole else [], start=1):
            try:
                self._recall(json.loads(text))
            except (ValueError, KeyError, TypeError):
                raise WrongInput(
                    Problem(
                        f"Line {number} of the emulator's ledger is damaged",
                        f"`{self._path}` is not what an emulator wrote.",
                        "Start the emulator with another state folder.",
                    )
                ) from None
        if torn:
            os.truncate(self._path, len(data) - len(torn))

    def _recall(self, line: Mapping[str, Any]) -> None:
        if line["event"] == "refund":
            self._give_back(self._charges[line["job"]], line["at"])
            return
        charge = Charge(
            job=line["job"],
            key=line["key"],
            idempotency_key=line["idempotencyKey"],
            body_sha256=line["bodySha256"],
            model=line["model"],
            credits=line["credits"],
            at=line["at"],
        )
        self._take(charge, _job(line["record"]))

    def _take(self, charge: Charge, job: Job) -> None:
        self._charges[charge.job] = charge
        self._jobs.append(job)
        self.spent += charge.credits

    def _give_back(self, charge: Charge, at: float) -> None:
        self._charges[charge.job] = dataclasses.replace(charge, refunded_at=at)
        self.spent -= charge.credits


def _line(charge: Charge) -> dict[str, object]:
    return {
        "job": charge.job,
        "key": charge.key,
        "idempotencyKey": charge.idempotency_key,
        "bodySha256": charge.body_sha256,
        "model": charge.model,
        "credits": charge.credits,
        "at": charge.at,
    }


def _job(record: Mapping[str, Any]) -> Job:
    fate = dict(record["fate"])
    fate["status"] = JobStatus(fate["status"])
    hook_events = tuple(record["hook_events"])
    return Job(**{**record, "fate": Fate(**fate), "hook_events": hook_events})
