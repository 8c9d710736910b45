"""Sets: matrices, tables and pages become images that are bought once and edited for free."""

import journey
import pytest
from gallery import listing

MUGS = listing(
    {
        "mug": {
            "prompt": "a {color} mug on {surface}",
            "matrix": {"color": ["black", "white"], "surface": ["oak"]},
        },
        "product": {"prompt": "{title}", "table": "data/p.csv", "name": "product-{sku}"},
    },
    content={"files": ["content/**/*.md"]},
)
ROWS = "sku,title\na,a cup\nb,a bowl\n"
PAGE = "---\ntitle: Hello\nimage:\n  prompt: a kiln, {title}\n---\n"
BOUGHT = 5


def write(project: journey.Project) -> None:
    project.write("imagegen.toml", MUGS)
    project.write("data/p.csv", ROWS)
    project.write("content/posts/hello.md", PAGE)


@pytest.fixture
def sets(project: journey.Project) -> journey.Project:
    """A project with a matrix, a table and a page, all of them bought."""
    write(project)
    project.run("build", code=0)
    return project


def test_each_expanded_image_is_bought_once_and_a_single_set_can_be_asked_for(project, emulator):
    write(project)
    planned = project.run("plan", "--json", code=0).json["changes"]
    assert [change["name"] for change in planned] == [
        "mug-black-oak",
        "mug-white-oak",
        "posts-hello",
        "product-a",
        "product-b",
    ]
    project.run("build", "mug-*", code=0)
    assert emulator.charges == 2
    project.run("build", code=0)
    project.run("build", code=0)
    project.run("check", code=0)
    assert emulator.charges == BOUGHT
    assert project.path("images/posts-hello.jpg").is_file()


EDITS = {
    "rows sorted, a column added, columns swapped": (
        "data/p.csv",
        "stock,title,sku\n3,a bowl,b\n7,a cup,a\n",
    ),
    "rows renamed": ("data/p.csv", "sku,title\nx,a cup\ny,a bowl\n"),
    "the table as JSON": (
        "data/p.json",
        '[{"sku": "a", "title": "a cup"}, {"sku": "b", "title": "a bowl"}]',
    ),
    "the set renamed": ("imagegen.toml", MUGS.replace("images.mug", "images.cup")),
    "the body and other keys of a page": (
        "content/posts/hello.md",
        PAGE.replace("title", "tags: [a]\ntitle", 1) + "A new body.\n",
    ),
    "a page with a picture of its own": ("content/b.md", "---\nimage: /b.jpg\n---\n"),
}


def test_edits_that_leave_the_requests_as_they_are_are_free(sets, emulator):
    before = len(emulator.requests)
    for edit, (name, text) in EDITS.items():
        write(sets)
        sets.write(name, text)
        if name.endswith(".json"):
            sets.write("imagegen.toml", MUGS.replace("p.csv", "p.json"))
        sets.run("build", code=0)
        assert len(emulator.requests) == before, edit
    sets.run("check", code=0)
    assert emulator.charges == BOUGHT


def test_a_new_row_a_new_page_and_a_new_value_cost_one_picture_each(sets, emulator):
    for charges, (name, text) in enumerate(
        [
            ("data/p.csv", ROWS + "c,a jug\n"),
            ("content/posts/deep/index.md", PAGE.replace("Hello", "Deep")),
            ("imagegen.toml", MUGS.replace('"white",', '"white", "red",')),
        ],
        BOUGHT + 1,
    ):
        assert text not in (ROWS, MUGS)
        # The fast answer must not miss it, not even a page in a folder that was not there.
        assert "Nothing to do" in sets.run("build", code=0).stderr
        sets.write(name, text)
        sets.run("build", code=0)
        assert emulator.charges == charges, name


def test_a_broken_file_is_told_with_its_place_and_costs_nothing(sets, emulator):
    sets.write("data/p.csv", ROWS + "a,again\nd\n")
    assert "data/p.csv:5:1: this row has too few fields" in sets.run("build", code=2).stderr
    sets.write("data/p.csv", ROWS + "a,again\n")
    sets.write("content/posts/hello.md", PAGE + "")
    sets.write("content/posts/new.md", PAGE.replace("prompt", "promtp"))
    told = sets.run("build", code=2).stderr
    assert "data/p.csv:4:1: two images are called `product-a`" in told
    assert "content/posts/new.md:4:3: unknown key `promtp` in `image`" in told
    assert emulator.charges == BOUGHT
