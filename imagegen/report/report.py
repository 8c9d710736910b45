"""Owns Report: two states of the lock, what tells them apart, the pictures of it; and its JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from imagegen.locked import Locked, Output
from imagegen.report.comparison import Comparison, Kind
from imagegen.report.exhibit import Display, Exhibit
from imagegen.report.state import State

FORMAT = 1
"""Number of the form that `report --json` prints."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that page and summary show."""

    project: str
    """What the project is called."""
    before: State
    after: State
    comparison: Comparison
    exhibits: tuple[Exhibit, ...]
    """One for each difference, in the same order."""

    def of(self, kind: Kind) -> tuple[Exhibit, ...]:
        """Return the exhibits of the images of one kind, without candidates."""
        return tuple(
            one
            for one in self.exhibits
            if one.difference.kind is kind and one.difference.candidate_of is None
        )

    @property
    def candidates(self) -> tuple[Exhibit, ...]:
        """The exhibits of candidates."""
        return tuple(one for one in self.exhibits if one.difference.candidate_of is not None)

    @property
    def left_out(self) -> int:
        """How many differences have their pictures left out because there are too many."""
        return sum(one.left_out for one in self.exhibits)

    def form(self) -> dict[str, object]:
        """Return the report as the JSON object that `--json` prints, without its pictures."""
        comparison = self.comparison
        counts: dict[str, object] = {kind.value: len(comparison.of(kind)) for kind in Kind}
        counts |= {"candidates": len(comparison.candidates), "unchanged": comparison.unchanged}
        money = comparison.money
        return {
            "format": FORMAT,
            "since": _state(self.before),
            "until": _state(self.after),
            "summary": counts,
            "money": {
                "purchases": money.purchases,
                "credits": money.credits,
                "unknown_prices": money.unknown,
            },
            "differences": list(self._differences()),
        }

    def _differences(self) -> Iterator[dict[str, object]]:
        for exhibit in self.exhibits:
            one, likeness = exhibit.difference, exhibit.likeness
            yield {
                "name": one.name,
                "kind": one.kind.value,
                "was": one.was,
                "candidate_of": one.candidate_of,
                "reasons": [
                    {"field": reason.field, "old": reason.old, "new": reason.new}
                    for reason in one.reasons
                ],
                "ssim": round(likeness.similarity.ssim, 4) if likeness else None,
                "colour_distance": round(likeness.similarity.colour, 4) if likeness else None,
                "likeness": likeness.word if likeness else None,
                "remarks": list(exhibit.remarks),
                "left_out": exhibit.left_out,
                "editions": [_edition(display) for display in exhibit.displays],
                "before": _entry(one.before),
                "after": _entry(one.after),
            }


def _edition(display: Display) -> dict[str, object]:
    edition, likeness = display.edition, display.likeness
    return {
        "locale": edition.locale or None,
        "before": _file(edition.before),
        "after": _file(edition.after),
        "ssim": round(likeness.similarity.ssim, 4) if likeness else None,
        "colour_distance": round(likeness.similarity.colour, 4) if likeness else None,
        "likeness": likeness.word if likeness else None,
        "descriptions": [
            {"field": reason.field, "old": reason.old, "new": reason.new} for reason in display.said
        ],
        "remarks": list(display.remarks),
    }


def _file(one: Output | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {"path": one.path, "sha256": one.sha256, "width": one.width, "height": one.height}


def _state(one: State) -> dict[str, object]:
    return {"name": one.title, "commit": one.commit, "lock": not one.lacking}


def _entry(one: Locked | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {
        "name": one.name,
        "provider": one.provider,
        "model": one.request.get("model"),
        "request_key": one.request_key,
        "take": one.take,
        "credits": one.credits,
        "original": one.original.sha256,
        "width": one.original.width,
        "height": one.original.height,
        "outputs": [output.path for output in one.outputs],
    }
