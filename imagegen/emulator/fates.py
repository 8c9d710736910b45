"""Owns the faults that decide how a job ends; they strike at submission and stay with the job.

Fact: FAILED carries a plain text and no code; the capacity and content policy texts are real.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from imagegen.emulator.jobs import Fate
from imagegen.emulator.rules import Options, OptionValue
from imagegen.providers.provider import JobStatus

CONTENT_POLICY = "Provider returned an error: content policy violation"
NO_CAPACITY = "No available capacity — please retry shortly"
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31mfailed\x1b[0m \u202egnp.exe\u2028\r\n\x00end"
FOREIGN_URL = "https://pictures.example.com/images/somebody-else-1.png"


@dataclass(frozen=True, slots=True)
class FateFault:
    """One line of the table: what to do, and the options with their defaults."""

    act: Callable[[Options], Fate]
    defaults: Mapping[str, OptionValue] = field(default_factory=dict)

    def complete(self, given: Mapping[str, OptionValue]) -> Options:
        """Return the options with every default filled in."""
        return Options({**self.defaults, **given})


def _failed(error: str) -> Callable[[Options], Fate]:
    return lambda _: Fate(JobStatus.FAILED, error=error)


def _result(shape: str) -> Callable[[Options], Fate]:
    return lambda _: Fate(result=shape)


FATES: Mapping[str, FateFault] = {
    "job-stuck-queued": FateFault(lambda _: Fate(JobStatus.QUEUED)),
    "job-stuck-processing": FateFault(lambda _: Fate(JobStatus.PROCESSING)),
    "job-failed": FateFault(
        lambda options: Fate(JobStatus.FAILED, error=options.text("error")),
        {"error": "Provider returned 500"},
    ),
    "job-refused": FateFault(_failed(CONTENT_POLICY)),
    "job-no-capacity": FateFault(_failed(NO_CAPACITY)),
    "job-failed-escapes": FateFault(_failed(ESCAPES)),
    "job-cancelled": FateFault(lambda _: Fate(JobStatus.CANCELLED)),
    "result-null": FateFault(_result("null")),
    "result-empty": FateFault(_result("empty")),
    "result-list": FateFault(_result("list")),
    "result-odd": FateFault(_result("odd")),
    "result-string": FateFault(_result("string")),
    "result-foreign": FateFault(
        lambda options: Fate(result="foreign", url=options.text("url")), {"url": FOREIGN_URL}
    ),
}
