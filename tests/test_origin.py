"""Origins: a fault goes to the row, the page or the entry, wherever it can be mended."""

from __future__ import annotations

from imagegen.project.fault import Fault
from imagegen.project.origin import Origins, PageOrigin, SetOrigin
from imagegen.project.outputs import Clash
from imagegen.project.table import Row, Table
from imagegen.project.text import Text

CSV = Text("p.csv", "p.csv", "sku,size\na,9MP\n")
TABLE = Table(CSV, ("sku", "size"), ())
ROW = Row({"sku": "a", "size": "9MP"}, 2, cells=("sku", "size"))
USES = {("params", "resolution"): frozenset({"size"}), ("name",): frozenset({"sku"})}
PAGE = Text("a.md", "a.md", "", first_line=2, form="yaml")


def test_a_fault_of_a_set_is_told_at_the_row_only_if_its_values_play_a_part() -> None:
    origins = Origins()
    loc = origins.add(SetOrigin("p-a", "p", USES, TABLE, ROW))
    at_row = origins.told(Fault((*loc, "params", "resolution"), "wrong"))
    assert (str(at_row.where), at_row.detail) == ("p.csv:2:3", "This is about `p-a`.")
    at_entry = origins.told(Fault((*loc, "seed"), "wrong"))
    assert at_entry == Fault(("images", "p", "seed"), "wrong")


def test_a_fault_that_all_images_of_a_matrix_share_is_one() -> None:
    origins = Origins()
    locs = [origins.add(SetOrigin(f"m-{n}", "m", {})) for n in range(3)]
    faults = [Fault((*loc, "params", "resolution"), "wrong") for loc in locs]
    assert len(set(map(origins.told, faults))) == 1


def test_a_page_is_told_what_it_says_and_the_project_file_what_it_gives() -> None:
    origins = Origins()
    origin = PageOrigin("a", PAGE, ("extra", "image"), {"alt"}, {"resolution"})
    loc = origins.add(origin)
    own = origins.told(Fault((*loc, "seed"), "wrong"))
    assert (own.loc, own.beside) == (("extra", "image", "seed"), PAGE)
    for keys in (("alt",), ("params", "resolution")):
        given = origins.told(Fault((*loc, *keys), "wrong"))
        assert (given.loc, given.beside) == (("content", *keys), None)
    assert origins.told(Fault((*loc, "params", "raw"), "wrong")).beside is PAGE


def test_a_clash_names_the_other_file() -> None:
    origins = Origins()
    first = origins.add(PageOrigin("a", PAGE, ("image",), ()))
    second = origins.add(SetOrigin("p-a", "p", USES, TABLE, ROW))
    fault = origins.told(Clash(second, "taken", "`a` writes it", other=first))
    assert (str(fault.where), fault.detail) == (
        "p.csv:2:1",
        "`a` writes it: a.md. This is about `p-a`.",
    )


def test_faults_of_plain_images_stay_as_they_are() -> None:
    fault = Fault(("images", "hero", "seed"), "wrong")
    assert Origins().told(fault) is fault
