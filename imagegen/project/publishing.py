"""Owns what is wrong with [publish]: files that have no place, pictures that have no address.

Asks the disk only through `folders`. Each slip is one fault, however many pictures it concerns.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from imagegen.portable import collision_key, path_trouble
from imagegen.project import globs
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.folders import Folders
from imagegen.project.globs import Glob
from imagegen.project.outputs import Claim, claim_fault
from imagegen.project.paths import path_fault
from imagegen.project.site_schema import PublishTable
from imagegen.project.wording import quoted
from imagegen.request import Target

_EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "json": (".json",),
    "hugo": (".json", ".yaml", ".yml"),
    "eleventy": (".json",),
    "jekyll": (".json", ".yml", ".yaml"),
    "typescript": (".ts", ".mts"),
    "python": (".py",),
}
"""Setting -> what a file that its tool reads may end in."""

PARTIAL = ".html"
"""What the names of partials end in."""

_FOLDER = "html"
_ROOT: KeyPath = ("publish", "root")
_BASE = re.compile(
    r"(?:/|https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?=/|$))[A-Za-z0-9._~!$&()*+;=:@%/-]*"
)


def faults(
    settings: PublishTable,
    targets: Sequence[Target],
    read: Collection[str],
    folders: Folders,
    *,
    pages: Sequence[Glob] = (),
) -> list[Fault]:
    """Return what is wrong with `settings`; `targets` and their outputs are sound.

    `read` are the files that the project reads, relative to its folder; it looks for more by
    `pages`.
    """
    if not settings.writes:
        return []
    wanted = dict(_wanted(settings))
    found: list[Fault] = []
    claims: list[Claim] = []
    for key, path in wanted.items():
        claim = _claim(key, path, folders)
        if isinstance(claim, Fault):
            found.append(claim)
        else:
            claims.append(claim)
    images = [one for one in targets if one.candidate_of is None]
    found += _taken(claims, images, read)
    if settings.html is not None and any(claim.name == _FOLDER for claim in claims):
        found += _partial_faults(settings.html.removesuffix("/"), images, read)
    if not found:
        found += _page_faults(claims, images, pages)
    if settings.typescript is not None:
        found += _import_faults(images)
    if wanted.keys() - {"typescript"}:
        found += _address_faults(settings, images, folders)
    return found


def _wanted(settings: PublishTable) -> Iterator[tuple[str, str]]:
    """Yield each setting that names a file or folder, with its value."""
    for key in (*_EXTENSIONS, _FOLDER):
        path = settings.neutral if key == "json" else getattr(settings, key)
        if path is not None:
            yield key, path


def _claim(key: str, path: str, folders: Folders) -> Claim | Fault:
    """Return the claim of one setting to its file, links on the way resolved, or its fault."""
    loc: KeyPath = ("publish", key)
    if key == _FOLDER:
        return _folder_claim(path.removesuffix("/"), loc, folders)
    fault = path_fault(path, loc) or _name_fault(key, path, loc)
    if fault is not None:
        return fault
    claim = Claim(key, path, loc)
    settled = claim_fault(claim) or folders.settle(claim)
    # A link on the way may lead where nothing of ours may lie.
    return settled if isinstance(settled, Fault) else claim_fault(settled) or settled


def _folder_claim(path: str, loc: KeyPath, folders: Folders) -> Claim | Fault:
    fault = path_fault(path, loc) or claim_fault(Claim(_FOLDER, path, loc))
    if fault is not None:
        return fault
    inside = f"{path}/name.html"
    settled = folders.settle(Claim(_FOLDER, inside, loc))
    if isinstance(settled, Fault):
        return _of_folder(settled, path, inside)
    claim = Claim(_FOLDER, settled.path.removesuffix("/name.html"), loc)
    return claim_fault(claim) or claim


def _name_fault(key: str, path: str, loc: KeyPath) -> Fault | None:
    """Return what its tool has against the name of a file."""
    endings = _EXTENSIONS[key]
    file = path.rpartition("/")[2]
    if not file.endswith(endings):
        known = " or ".join(map(quoted, endings))
        return Fault(loc, f"{quoted(path)} does not end in {known}", f"`{key}` writes such a file.")
    stem = file.rpartition(".")[0]
    if key == "python" and (not stem.isidentifier() or keyword.iskeyword(stem)):
        detail = "A module's name has letters, digits and `_`, and does not start with a digit."
        if keyword.iskeyword(stem):
            detail = f"{quoted(stem)} is a word of the language itself."
        return Fault(loc, f"Python cannot import {quoted(file)}", detail)
    return None


def _taken(
    claims: Sequence[Claim], images: Sequence[Target], read: Collection[str]
) -> Iterator[Fault]:
    """Yield a fault for each claim to a file or folder that is another's."""
    places = _Places()
    for target in images:
        places.add(target.output, f"the picture of {quoted(target.name)}")
    for path in read:
        places.add(path, "read by this project")
    for claim in claims:
        yield from places.faults(claim)
        writer = f"what `{claim.name}` of [publish] writes"
        # Partials of any name may come to lie in their folder.
        places.add(f"{claim.path}/*" if claim.name == _FOLDER else claim.path, writer)


@dataclass(slots=True)
class _Places:
    """What the files and folders of a project are, as names go on any disk."""

    files: dict[str, str] = field(default_factory=dict)
    """Path -> whose it is, in words."""
    folders: dict[str, str] = field(default_factory=dict)
    """Path -> a file in it."""

    def add(self, path: str, owner: str) -> None:
        """Note a file and the folders above it; what came first stays."""
        key = collision_key(path)
        self.files.setdefault(key, owner)
        for folder in _parents(key):
            if folder in self.folders:
                return
            self.folders[folder] = path

    def faults(self, claim: Claim) -> Iterator[Fault]:
        """Yield what stands in the way of a claim, if anything does."""
        key, shown = collision_key(claim.path), quoted(claim.path)
        above = next((one for one in _parents(key) if one in self.files), None)
        if above is not None:
            detail = f"{quoted(above)} is {self.files[above]}."
            yield Fault(claim.loc, f"{shown} lies below a file", detail)
        elif key in self.files:
            yield Fault(claim.loc, f"{shown} is taken", f"It is {self.files[key]}.")
        elif key in self.folders and claim.name != _FOLDER:
            detail = f"{quoted(self.folders[key])} lies in it."
            yield Fault(claim.loc, f"{shown} is taken by a folder", detail)


def _parents(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _partial_faults(folder: str, images: Iterable[Target], read: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for the first partial that cannot be, by its name or for what it covers."""
    loc: KeyPath = ("publish", _FOLDER)
    owners = {collision_key(path): "read by this project" for path in read}
    for image in images:
        own = f"the partial of {quoted(image.name)}"
        for path in (f"{folder}/{name}" for name in _partials(image)):
            owner = owners.setdefault(collision_key(path), own)
            trouble = path_trouble(path)
            if trouble is not None:
                yield Fault(loc, f"{quoted(path)} {trouble[0]}", f"It is {own}. {trouble[1]}")
                return
            if owner != own:
                yield Fault(loc, f"{quoted(path)} is taken", f"It is {owner}, and also {own}.")
                return


def _page_faults(
    claims: Iterable[Claim], images: Iterable[Target], pages: Sequence[Glob]
) -> Iterator[Fault]:
    """Yield a fault for each claim that the next load would take for a page of the site."""
    partial = next((name for image in images for name in _partials(image)), "")
    for claim in claims:
        path = f"{claim.path}/{partial}" if claim.name == _FOLDER else claim.path
        if any(globs.matches(glob, path) for glob in pages):
            detail = "`files` in [content] matches it, so it would be read as a page."
            hint = "write it elsewhere, or let the pattern name an extension"
            yield Fault(claim.loc, f"{quoted(path)} is taken", detail, hint)


def _partials(image: Target) -> Iterator[str]:
    """Yield the names of an image's partials."""
    yield partial_name(image.name)
    letterings = image.derivation.letterings if image.derivation else {}
    for locale in sorted({*dict(image.alts), *letterings} - {""}):
        yield partial_name(image.name, locale)


def partial_name(image: str, locale: str = "") -> str:
    """Return the name of an image's partial, for all readers or those of one locale."""
    return f"{image}.{locale}{PARTIAL}" if locale else f"{image}{PARTIAL}"


def _import_faults(images: Iterable[Target]) -> Iterator[Fault]:
    """Yield a fault for the first picture that no bundler can import."""
    for image in images:
        pattern = image.derivation.name if image.derivation else ""
        found = next((path for path in (image.output, pattern) if "#" in path), None)
        if found is not None:
            summary = f"the picture of {quoted(image.name)} cannot be imported"
            detail = f"It is {quoted(found)}, and to bundlers a name ends before its `#`."
            yield Fault(("publish", "typescript"), summary, detail, "name it without `#`")
            return


def _address_faults(
    settings: PublishTable, images: Iterable[Target], folders: Folders
) -> Iterator[Fault]:
    """Yield what keeps the pictures from having an address."""
    if not _BASE.fullmatch(settings.base):
        detail = "It begins with `/`, `http://` or `https://`, and holds neither `?` nor `#`."
        summary = f"{quoted(settings.base)} is not the beginning of an address"
        yield Fault(("publish", "base"), summary, detail, 'for example: base = "/"')
    root = settings.root.removesuffix("/")
    if root == ".":
        return
    fault = _root_fault(root, folders)
    if fault is not None:
        yield fault
        return
    outside = [image for image in images if not image.output.startswith(f"{root}/")]
    if outside:
        first = outside[0]
        more = f" So do {len(outside) - 1} more." if len(outside) > 1 else ""
        yield Fault(
            _ROOT,
            f"{quoted(first.name)} lies outside {quoted(root)} and has no address",
            f"Its picture is {quoted(first.output)}.{more}",
            "let `output_dir` or `output` lead below it, or name a folder further up",
        )


def _root_fault(root: str, folders: Folders) -> Fault | None:
    fault = path_fault(root, _ROOT) or claim_fault(Claim("root", root, _ROOT))
    if fault is not None:
        return fault
    inside = f"{root}/name"
    settled = folders.settle(Claim("root", inside, _ROOT))
    return _of_folder(settled, root, inside) if isinstance(settled, Fault) else None


def _of_folder(fault: Fault, folder: str, inside: str) -> Fault:
    """Return the fault of a file inside a folder as one of the folder itself."""
    if fault.summary.endswith("lies below a file on disk"):
        return replace(fault, summary=f"{quoted(folder)} is not a folder", detail="")
    trouble = fault.summary.removeprefix(quoted(inside))
    return replace(fault, summary=f"{quoted(folder)}{trouble}")
