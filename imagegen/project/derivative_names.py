"""Owns the names of derivatives: what a template may be, and that no two files are one.

Pure. Widths beyond those of a picture become its own, so a name is compared with `{width}` still
in it where both may turn out alike.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from imagegen.derivative import VARIABLES, Derivation, named
from imagegen.pictures import media
from imagegen.portable import collision_key, path_trouble
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.folders import Folders
from imagegen.project.item import Item
from imagegen.project.outputs import Claim, Clash, claim_fault
from imagegen.project.wording import quoted, suggestion

ALL_FILES_LIMIT = 200_000
"""How many derivatives one project may want."""

_ENOUGH = 100
"""Faults after which nobody reads on."""

_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
_LOCALE = re.compile(r"\{locale\}[-_./]|[-_.]?\{locale\}")
_WIDTH = "{width}"
_PLAIN = re.compile(r"\{stem\}[-_.][^/]*\Z")
_SHORT = 200
"""Characters of a path that is not too long, whatever width is put into it."""

_LONGEST = {"width": "16383", "height": "16383", "hash": "0123456789"}
_SAMPLE = {"stem": "x", "format": "webp", "locale": "en", **_LONGEST}
_Owned = tuple[str, Claim, Derivation]
"""A derivative's path, the output of its image with the place that names it, and what is made."""

_EXAMPLE = 'for example: name = "{stem}-{width}.{format}"'


def with_locales(name: str, locales: Sequence[str]) -> str:
    """Return a template; where there are no locales, without `{locale}` and its separator."""
    return name if any(locales) else _LOCALE.sub("", name)


def name_faults(
    name: str, formats: Sequence[str], widths: Sequence[int], locales: Sequence[str], loc: KeyPath
) -> Iterator[Fault]:
    """Yield what is wrong with a template as seen from one image; its files must differ."""
    wrong = _form_fault(name, loc)
    if wrong is not None:
        yield wrong
        return
    used = {found[1] for found in _BRACES.finditer(name)}
    apart = "Each file needs a name of its own."
    if "format" not in used and len(formats) > 1:
        summary = f"{quoted(name)} has no `{{format}}`, and there are {len(formats)} formats"
        yield Fault(loc, summary, apart, 'end it with ".{format}"')
    else:
        yield from _extension_faults(name, formats, loc)
    if "width" not in used and "hash" not in used and len(widths) > 1:
        summary = f"{quoted(name)} has no `{{width}}`, and there are {len(widths)} widths"
        yield Fault(loc, summary, apart, _EXAMPLE)
    if "locale" not in used and "hash" not in used and len(locales) > 1:
        summary = f"{quoted(name)} has no `{{locale}}`, and there are {len(locales)} locales"
        yield Fault(loc, summary, apart, 'for example: name = "{stem}-{locale}-{width}.{format}"')


def _form_fault(name: str, loc: KeyPath) -> Fault | None:
    """Return what is wrong with a template whatever it is for."""
    for found in _BRACES.finditer(name):
        if found[1] is None:
            detail = f"A variable is one of {', '.join(f'`{{{one}}}`' for one in VARIABLES)}."
            return Fault(loc, f"a `{found[0]}` that belongs to no variable", detail)
        if found[1] not in VARIABLES:
            known = "known: " + ", ".join(map(quoted, VARIABLES))
            summary = f"unknown variable {quoted(found[1])} in a file name"
            return Fault(loc, summary, hint=suggestion(found[1], VARIABLES, known))
    sample = named(with_locales(name, ("",)), _SAMPLE)
    trouble = path_trouble(sample)
    if trouble is not None:
        # Its folder is the output's, whatever the rule for other paths says.
        detail = "It lies beside the output, or in a folder below." if ".." in name else trouble[1]
        return Fault(loc, f"{quoted(name)} {trouble[0]}", detail)
    for folder in sample.split("/")[:-1]:
        if media.format_of_name(folder) is not None:
            summary = f"{quoted(name)} has a folder that is called like a picture"
            return Fault(loc, summary, "A file of that name would stand in its way.")
    return None


def _extension_faults(name: str, formats: Sequence[str], loc: KeyPath) -> Iterator[Fault]:
    for kind in formats:
        file = named(name, {**_SAMPLE, "format": kind}).rpartition("/")[2]
        found = media.format_of_name(file)
        if found == kind:
            continue
        hint = 'end it with ".{format}"'
        if found is None:
            yield Fault(loc, f"{quoted(name)} has no known extension", hint=hint)
        else:
            ending = f".{file.rpartition('.')[2]}"
            summary = f"{quoted(name)} ends in {quoted(ending)}, and the file is {quoted(kind)}"
            yield Fault(loc, summary, "A file's extension tells servers what is in it.", hint)
        return


@dataclass(slots=True)
class DerivativeNames:
    """The names of all derivatives of a project, as far as they are known without pictures."""

    folders: Folders
    _owners: dict[str, _Owned] = field(default_factory=dict)
    """What a name is on any disk, its width still open -> whose it is."""
    _pairs: dict[tuple[str, str], Fault] = field(default_factory=dict)
    """Two images -> that they have a file in common."""
    _count: int = 0

    def add(self, item: Item, output: Claim, derivation: Derivation) -> list[Fault]:
        """Note the files of one image, whose output is settled; return what is wrong with them."""
        own = item.entry.derive
        loc = (*item.loc, "derive", "name") if own and own.name is not None else item.loc
        folder, slash, file = output.path.rpartition("/")
        start, stem = f"{folder}{slash}", file.rpartition(".")[0]
        owner = Claim(output.name, output.path, loc)
        patterns = _patterns(derivation.name, derivation.locales, derivation.formats)
        plain = _PLAIN.match(derivation.name)
        for pieces in patterns:
            path = start + stem.join(pieces)
            # What is short and begins with the output's name is as good as the output's path.
            if not plain or len(path) > _SHORT or not path.isascii():
                found = self._settled(Claim(owner.name, path, loc))
                if isinstance(found, Fault):
                    return [found]
                path = found.path
            key = collision_key(path)
            first = self._owners.setdefault(key, (path, owner, derivation))
            if first[1] is not owner:
                self._note_pair(first, (path, owner, derivation))
            elif first[0] != path:
                return [_twice(item, first[0], path)]
        return self._counted(derivation, len(patterns), loc)

    def _settled(self, claim: Claim) -> Claim | Fault:
        """Return a claim with the links on its way resolved, or why no file can lie there."""
        found = self.folders.settle(claim)
        if isinstance(found, Fault):
            return found
        longest = claim_fault(Claim(found.name, named(found.path, _LONGEST), found.loc))
        # The path as written tells more, where it is not only the length.
        return found if longest is None else claim_fault(found) or longest

    def _note_pair(self, first: _Owned, second: _Owned) -> None:
        path, owner, derivation = second
        pair = (first[1].name, owner.name)
        if pair in self._pairs or len(self._pairs) > _ENOUGH:
            return
        if "{stem}" not in derivation.name:
            summary = f"{quoted(derivation.name)} has no `{{stem}}`, and several images have it"
            hint = "begin it with {stem}, which is the name of each output"
            loc = owner.loc if owner.loc[-1:] == ("name",) else ("defaults", "derive", "name")
            self._pairs[pair] = Fault(loc, summary, "Each file needs a name of its own.", hint)
        else:
            self._pairs[pair] = Clash(
                owner.loc,
                f"the derivative {quoted(path)} is written by two images",
                f"{quoted(first[1].name)} already writes it",
                f"give {quoted(owner.name)} another `output`, or a `name` under `derive`",
                other=first[1].loc,
            )

    def _counted(self, derivation: Derivation, names: int, loc: KeyPath) -> list[Fault]:
        before = self._count
        self._count += names * max(1, len(derivation.widths))
        if before <= ALL_FILES_LIMIT < self._count:
            summary = f"more than {ALL_FILES_LIMIT:,} derivatives"
            detail = "Those of this image are the first too many."
            return [Fault(loc, summary, detail, at="key")]
        return []

    def clashes(self, outputs: Iterable[Claim], references: Iterable[str]) -> list[Fault]:
        """Return a fault for each derivative with the name of another derivative or file.

        Paths are compared as on a disk that ignores letter case and Unicode forms.
        """
        if not self._owners:
            return []
        taken = _taken(outputs, references)
        in_order = sorted(taken)
        faults = dict.fromkeys(self._pairs.values())
        for key, (path, owner, derivation) in self._owners.items():
            head = key.partition(_WIDTH)[0]
            at = bisect_left(in_order, head)
            if at == len(in_order) or not in_order[at].startswith(head):
                continue
            for width in map(str, derivation.widths or (_WIDTH,)):
                found = taken.get(key.replace(_WIDTH, width))
                if found is not None:
                    faults[_covering(owner, path.replace(_WIDTH, width), found)] = None
                    break
            if len(faults) > _ENOUGH:
                break
        return list(faults)


@lru_cache(maxsize=1024)
def _patterns(
    name: str, locales: tuple[str, ...], formats: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    """Return a template for each locale and format, in the pieces that the stem stands between."""
    filled = (
        named(name, {"locale": locale, "format": kind}) for locale in locales for kind in formats
    )
    return tuple(tuple(one.split("{stem}")) for one in filled)


def _taken(outputs: Iterable[Claim], references: Iterable[str]) -> dict[str, Claim | str]:
    """Return what each file or folder is, in words or by its claim, as names go on any disk."""
    taken: dict[str, Claim | str] = {}
    for claim in outputs:
        key = collision_key(claim.path)
        taken.setdefault(key, claim)
        folder = key.rpartition("/")[0]
        while folder and folder not in taken:
            taken[folder] = f"the folder of {quoted(claim.path)}"
            folder = folder.rpartition("/")[0]
    for path in references:
        taken.setdefault(collision_key(path), "a reference picture; it would be overwritten")
    return taken


def _twice(item: Item, first: str, second: str) -> Fault:
    """Return the fault of two files of one image that are one on a disk that ignores case."""
    summary = f"the derivatives {quoted(first)} and {quoted(second)} have one name"
    detail = "Many disks do not tell capital letters from small ones."
    return Fault((*item.loc, "text"), summary, detail, "write each locale in one way", at="key")


def _covering(owner: Claim, path: str, found: Claim | str) -> Fault:
    """Return the fault of a derivative at `path` where another file or folder is."""
    summary = f"{quoted(path)} is taken"
    hint = "give the derivatives another `name` under `derive`"
    if isinstance(found, str):
        return Fault(owner.loc, summary, f"It is {found}.", hint)
    if found.name == owner.name:
        return Fault(owner.loc, summary, "It is the output of this image itself.", hint)
    return Clash(owner.loc, summary, f"{quoted(found.name)} writes it", hint, other=found.loc)
