"""Owns where pictures may be written: each output a picture file of its own, never another's.

Pure: what the disk makes of a folder (links) is asked by `folders` and handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from imagegen.pictures import media
from imagegen.portable import PATH_LIMIT, collision_key, is_own, path_trouble
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.paths import path_fault
from imagegen.project.wording import quoted

EXTENSIONS: Mapping[str, str] = {"png": "png", "jpeg": "jpg", "webp": "webp", "avif": "avif"}
"""Format -> the extension of an output that the project does not name."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One image's wish to write one file."""

    name: str
    path: str
    """Relative to the project folder; as on disk, where a folder on the way is a link."""
    loc: KeyPath
    """Where the project file says so: the key `output`, else the image itself."""


@dataclass(frozen=True, slots=True)
class Clash(Fault):
    """A fault between two places; the line of the second is told in the detail."""

    other: KeyPath = ()


def joined(folder: str, path: str) -> str:
    """Return `path` below the output folder, which may be "." for the project itself."""
    return path if folder == "." else f"{folder}/{path}"


def output_fault(path: str, loc: KeyPath) -> Fault | None:
    """Return what is wrong with an output as written, relative to the output folder, or None."""
    fault = path_fault(path, loc)
    if fault is not None:
        return fault
    if media.format_of_name(path.rpartition("/")[2]) not in media.WRITABLE:
        known = "`.png`, `.jpg`, `.jpeg`, `.webp` or `.avif`"
        return Fault(loc, f"{quoted(path)} has no known extension", f"An output ends in {known}.")
    return None


def claim_fault(claim: Claim) -> Fault | None:
    """Return what is wrong with an output as seen from the project folder, or None."""
    if len(claim.path.encode()) > PATH_LIMIT:
        detail = f"With the output folder it has more than {PATH_LIMIT} bytes."
        return Fault(claim.loc, f"{quoted(claim.path)} is too long", detail)
    if is_own(claim.path):
        return Fault(claim.loc, f"{quoted(claim.path)} is a place that imagegen itself needs")
    trouble = path_trouble(claim.path)
    return Fault(claim.loc, f"{quoted(claim.path)} {trouble[0]}", trouble[1]) if trouble else None


def clashes(claims: Iterable[Claim], references: Iterable[str]) -> list[Fault]:
    """Return a fault for each claim to a file that another image or a reference already has.

    Paths are compared as on a disk that ignores letter case and Unicode forms.
    """
    faults: list[Fault] = []
    files: dict[str, Claim] = {}
    kept = {collision_key(path): path for path in references}
    for claim in claims:
        key = collision_key(claim.path)
        first = files.setdefault(key, claim)
        if first is not claim:
            faults.append(_same_file(claim, first))
        if key in kept:
            detail = f"{quoted(kept[key])} is a reference picture; it would be overwritten."
            faults.append(Fault(claim.loc, f"{quoted(claim.path)} is taken", detail))
    return faults + _files_as_folders(files)


def _same_file(claim: Claim, first: Claim) -> Clash:
    alike = "" if claim.path == first.path else f" as {quoted(first.path)}, on many disks the same"
    return Clash(
        claim.loc,
        f"{quoted(claim.path)} is written by two images",
        f"{quoted(first.name)} already writes it{alike}",
        f"give {quoted(claim.name)} another name or `output`",
        other=first.loc,
    )


def _files_as_folders(files: Mapping[str, Claim]) -> list[Fault]:
    faults: list[Fault] = []
    seen: set[str] = set()
    for key, claim in files.items():
        folder = key.rpartition("/")[0]
        # Ancestors of a folder that was seen were seen too, so the whole stays linear.
        while folder and folder not in seen:
            seen.add(folder)
            if folder in files:
                other = files[folder]
                faults.append(
                    Clash(
                        claim.loc,
                        f"{quoted(claim.path)} lies in a folder that is a picture",
                        f"{quoted(other.name)} writes the file {quoted(other.path)}",
                        other=other.loc,
                    )
                )
            folder = folder.rpartition("/")[0]
    return faults
