"""Owns the step from the entries of a project to its items: each matrix and table, multiplied out.

Counts before it builds. What is wrong with every image of a set is found before there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from imagegen.project import matrix
from imagegen.project.expansion import Expansion
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.filling import template_fault, templates
from imagegen.project.origin import SetOrigin
from imagegen.project.outputs import output_fault
from imagegen.project.prompts import BadTemplate, filled, template, unknown_variable
from imagegen.project.schema import IMAGES_LIMIT, ImageEntry
from imagegen.project.slug import slug
from imagegen.project.table import Row, Table
from imagegen.project.table_file import Tables
from imagegen.project.wording import quoted, suggestion

_ENOUGH = 100
"""Faults after which nobody reads on."""

_SHOWN_NAMES = 10

_NAME_LIMIT = 1000
"""Characters of a name before it is judged."""


@dataclass(frozen=True, slots=True)
class _Set:
    """One entry with a matrix or a table, of which all but its images is judged."""

    name: str
    entry: ImageEntry
    axes: matrix.Axes
    table: Table | None
    naming: str
    """The template of its images' names."""
    uses: dict[KeyPath, frozenset[str]]
    """Keys whose texts are templates, and which of the set's variables each one has."""

    @property
    def size(self) -> int:
        """How many images it makes."""
        return matrix.size(self.axes) * (len(self.table.rows) if self.table else 1)


def expand(expansion: Expansion) -> None:
    """Add an item for each image that the entries of the project file ask for."""
    images = expansion.project.images
    # Plain names first: where a set makes the same one, the set is told.
    for name, entry in images.items():
        if entry.matrix is None and entry.table is None:
            expansion.keep(name, entry)
    tables = Tables(expansion.texts)
    for name, entry in images.items():
        if len(expansion.faults) > _ENOUGH:
            return
        if entry.matrix is not None or entry.table is not None:
            found = _set(expansion, tables, name, entry)
            if isinstance(found, list):
                expansion.faults += found
            else:
                _multiply(expansion, found)


def _set(expansion: Expansion, tables: Tables, name: str, entry: ImageEntry) -> _Set | list[Fault]:
    loc = ("images", name)
    axes, faults = matrix.axes(entry.matrix or {}, (*loc, "matrix"))
    table: Table | None = None
    if entry.table is not None:
        found = tables.read(entry.table, (*loc, "table"))
        if isinstance(found, list):
            return faults + found
        table = found
    columns = table.columns if table else ()
    expansion.variables.update(axes, columns)
    for axis in axes:
        if axis in columns:
            detail = "A variable has its values from one of them."
            summary = f"{quoted(axis)} is a column of the table, too"
            faults.append(Fault((*loc, "matrix", axis), summary, detail, at="key"))
    faults += _template_faults(expansion, entry, loc, {*axes, *columns})
    if faults:
        return faults
    own = frozenset((*axes, *columns))
    uses = {keys: own.intersection(template(text).variables) for keys, text in templates(entry)}
    naming = entry.name or "-".join((name, *(f"{{{axis}}}" for axis in axes)))
    uses["name",] = own.intersection(template(naming).variables)
    made = _Set(name, entry, axes, table, naming, uses)
    return _size_faults(expansion, made) or made


def _template_faults(
    expansion: Expansion, entry: ImageEntry, loc: KeyPath, own: set[str]
) -> list[Fault]:
    """Return what is wrong with the entry's templates whatever the values are."""
    known = {*own, *expansion.project.vars}
    faults: list[Fault] = []
    for keys, text in templates(entry):
        try:
            missing = [one for one in template(text).variables if one not in known]
            if missing:
                bad = unknown_variable(missing[0], sorted(known))
                raise replace(bad, detail=bad.detail or _brought(own))
        except BadTemplate as bad:
            faults.append(template_fault(bad, (*loc, *keys)))
    return faults


def _brought(own: set[str]) -> str:
    """Return which variables a set has, in words."""
    if not own:
        return "No column of the table has a name of letters, digits and `_`."
    names = sorted(own)
    more = ", …" if len(names) > _SHOWN_NAMES else ""
    return f"This set has {', '.join(map(quoted, names[:_SHOWN_NAMES]))}{more}."


def _size_faults(expansion: Expansion, made: _Set) -> list[Fault]:
    """Return why a set makes too many images, or images that cannot be told apart."""
    loc: KeyPath = ("images", made.name)
    if made.size > expansion.room:
        key = "matrix" if made.axes else "table"
        detail = f"{quoted(made.name)} alone makes {_count(made.size)}."
        summary = f"more than {IMAGES_LIMIT:,} images"
        return [Fault((*loc, key), summary, detail, at="key")]
    output = made.entry.output
    if made.size > 1 and output is not None and not made.uses.get(("output",)):
        some = next(iter((*made.axes, *(made.table.columns if made.table else ()))), "sku")
        hint = f'for example: output = "{made.name}/{{{some}}}.webp"'
        detail = "Its variables make a file of its own for each."
        summary = f"all {made.size:,} images of this set would write {quoted(output)}"
        return [Fault((*loc, "output"), summary, detail, hint)]
    # An extension that is written out is one slip, not one for each row.
    end = template(output).pieces[-1] if output is not None else ""
    fault = output_fault(f"x{end}", (*loc, "output")) if "." in end and "/" not in end else None
    return (
        [replace(fault, summary=f"{quoted(output or '')} has no known extension")] if fault else []
    )


def _count(size: int) -> str:
    return f"{size:,}" if size < 10**15 else "more than anybody could count"


def _multiply(expansion: Expansion, made: _Set) -> None:
    rows: Iterable[Row | None] = made.table.rows if made.table else (None,)
    for row in rows:
        if len(expansion.faults) > _ENOUGH:
            return
        lacking = _lacking(made, row) if row else None
        if lacking is not None:
            expansion.faults.append(lacking)
            continue
        for values in matrix.combinations(made.axes):
            own = {**row.values, **values} if row else values
            name = _name(made, own)
            origin = SetOrigin(name, made.name, made.uses, made.table, row)
            expansion.add(name, made.entry, origin, own)


def _lacking(made: _Set, row: Row) -> Fault | None:
    """Return a fault when a row lacks what a template asks for; objects may differ in keys."""
    for keys, names in made.uses.items():
        for name in names:
            if name not in row.values and name not in made.axes and made.table is not None:
                hint = suggestion(name, row.values)
                detail = f"`{keys[0]}` of [images.{made.name}] asks for it."
                summary = f"this row has no plain value for {quoted(name)}"
                return made.table.fault(row, summary, detail, hint, at="key")
            if keys == ("name",) and made.table is not None and not slug(row.values.get(name, "x")):
                detail = f"`name` of [images.{made.name}] asks for a letter or a digit there."
                summary = f"{quoted(name)} is empty in this row"
                return made.table.fault(row, summary, detail, column=name)
    return None


def _name(made: _Set, own: Mapping[str, str]) -> str:
    """Return the name of an image, or as much of it as can be told when it is none."""
    try:
        # What a value lacks in letters must not leave two dashes behind.
        return filled(made.naming, own, _NAME_LIMIT, form=slug).strip("-")
    except BadTemplate:
        return made.naming
