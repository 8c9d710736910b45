"""The verb `check`: the gate for CI; needs no key, no network, no home, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from imagegen import chain
from imagegen.build.placed import Placed
from imagegen.cli import publishing, terminal, words
from imagegen.cli.opened import file_option, json_option, project_file
from imagegen.lock import Lock
from imagegen.plan import Action, Block, Change, World
from imagegen.project.load import load
from imagegen.publish.writing import Step
from imagegen.report.large_file import pointed_at
from imagegen.request import Target
from imagegen.workspace import Workspace

_PLAN = "see imagegen plan"
_WAYS = {
    "alt": 'write `alt` in the project file; alt = "" marks decoration',
    "unpicked": "choose with imagegen pick",
}
"""What to do about the kinds of findings that a plan does not tell of."""

_FETCH = "git lfs pull brings files of which only the pointers are here"

_NAMED = 3
"""Images of one line that are named."""

_STALE = {
    Step.PUBLISH: "build would publish it with other content",
    Step.REMOVE: "build would remove it: [publish] asks for it no longer",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit."""

    name: str
    kind: str
    """stale, unlocked, unlisted, missing, edited, unpicked or alt."""
    text: str


@click.command("check")
@file_option
@click.option("--alt", is_flag=True, help="Find images without alt text as well.")
@json_option
def command(*, file: Path | None, alt: bool, as_json: bool) -> None:
    """Gate for CI: the lock fits the project file, the files fit the lock byte for byte.

    Finds stale entries, images without a lock entry, lock entries without an image, missing
    and edited files, published files that are out of date, candidates of which none is picked,
    and a lock that cannot be read. Exit 1 if anything does not fit.

    With --alt: each image must say its alt text, for every locale in which any image has one,
    or a text on it; alt = "" marks decoration.
    """
    path = project_file(file)
    workspace = Workspace(path.parent)
    lock = workspace.read_lock()
    loaded = load(path, known_urls=lock.url_digests())
    found = workspace.digests(out.path for one in lock.images.values() for out in one.files)
    world = World(files=found, stand_ins=Placed(workspace).standing(found))
    targets = lock.settled(loaded.targets)
    changes = chain.decide(targets, lock, lambda *_: world).changes
    findings = [
        finding
        for change in changes
        if not _is_settled(change, lock)
        for finding in _findings(change, lock, world)
    ]
    for place, step in publishing.stale(loaded.project, targets, lock, workspace).items():
        findings.append(Finding(place, "stale", _STALE[step]))
    if alt:
        findings += _without_alt(loaded.images)
    count = len(loaded.images)
    if as_json:
        rows = [{"name": one.name, "kind": one.kind, "text": one.text} for one in findings]
        terminal.data_json({"format": 1, "findings": rows, "images": count})
    else:
        for text in _lines(findings):
            terminal.rows(text)
    if findings:
        number = len(findings)
        things = f"{number} thing{'s do' if number > 1 else ' does'}"
        ways = dict.fromkeys(_WAYS.get(one.kind, _PLAN) for one in findings)
        if _pointers(lock, found, workspace):
            ways[_FETCH] = None
        terminal.talk(f"{things} not fit; {'; '.join(ways)}")
        raise click.exceptions.Exit(1)
    terminal.talk(f"All {count} images fit." if count != 1 else "The one image fits.")


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield a line for each finding; many images of which the same is said share one."""
    alike: dict[tuple[str, str], list[str]] = {}
    for one in findings:
        alike.setdefault((one.kind, one.text), []).append(terminal.line(one.name))
    for (kind, text), names in alike.items():
        shown = names
        if len(names) > _NAMED:
            some = ", ".join(names[:_NAMED])
            shown = [f"{len(names)} images: {some} and {len(names) - _NAMED} more"]
        yield from (f"{kind:<8}  {name}: {text}" for name in shown)


def _pointers(lock: Lock, found: Mapping[str, str], workspace: Workspace) -> bool:
    """Whether pointers of Git LFS lie where files should, as in a clone that left those out."""
    files = (out for one in lock.images.values() for out in one.files)
    others = (out for out in files if found.get(out.path, out.sha256) != out.sha256)
    return any(pointed_at(workspace.read(out.path)) == out.sha256 for out in others)


def _without_alt(images: Sequence[Target]) -> list[Finding]:
    """Return the images that say nothing to readers of some locale who do not see them."""
    locales = {locale for one in images for locale, _ in one.alts}
    # Who reads a text on a picture reads its alt text in the same language.
    locales |= {locale for one in images if one.derivation for locale in one.derivation.locales}
    locales.discard("")
    findings = []
    for one in images:
        lacking = sorted(locales - {locale for locale, _ in one.alts}) if one.alts else []
        if one.alt is None and not one.alts:
            findings.append(Finding(one.name, "alt", "no alt text"))
        elif lacking:
            findings.append(Finding(one.name, "alt", f"no alt text for {', '.join(lacking)}"))
    return findings


def _is_settled(change: Change, lock: Lock) -> bool:
    """Whether this is a candidate of an image that shows what a person chose: nobody misses it."""
    target = change.target
    image = lock.images.get((target.candidate_of if target else None) or "")
    if target is None or image is None:
        return False
    return image.chosen and image.answers(target.request)


def _findings(change: Change, lock: Lock, world: World) -> list[Finding]:
    one = lock.images.get(change.name)
    if change.target is None:
        return [Finding(change.name, "unlisted", "in the lock, no longer in the project file")]
    if one is None and change.block is Block.PROTECTED:
        return []
    if one is None:
        return [Finding(change.name, "unlocked", "in the project file, not in the lock")]
    findings = []
    current = one.answers(change.target.request) and one.take == change.take
    if not current and change.block not in (Block.PROTECTED, Block.HELD):
        reasons = "; ".join(words.reason_text(reason, change.name) for reason in change.reasons)
        findings.append(Finding(change.name, "stale", reasons))
    for output in one.files:
        bytes_there = world.files.get(output.path)
        if bytes_there is None:
            findings.append(Finding(change.name, "missing", terminal.line(output.path)))
        elif bytes_there != output.sha256 and output.path in world.stand_ins:
            text = f"a draft stands in for {terminal.line(output.path)}"
            findings.append(Finding(change.name, "missing", text))
        elif bytes_there != output.sha256:
            text = f"{terminal.line(output.path)} does not have the bytes of the lock"
            findings.append(Finding(change.name, "edited", text))
    served = current or change.block is Block.PROTECTED
    if served and not findings and change.action is not Action.KEEP:
        reasons = "; ".join(words.reason_text(reason, change.name) for reason in change.reasons)
        findings.append(Finding(change.name, "stale", reasons))
    if current and change.target.candidates and not one.chosen:
        text = f"shows take {one.take} because nobody chose; imagegen pick {change.name} N"
        findings.append(Finding(change.name, "unpicked", text))
    return findings
