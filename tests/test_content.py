"""Content: Markdown files declare their own pictures, and nothing else in them is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import summaries, targets, told

from imagegen.project.load import load

FILES = '[content]\nfiles = ["content/**/*.md"]\n'


def write(folder: Path, **pages: str) -> None:
    for name, text in pages.items():
        path = folder / "content" / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_pages_declare_pictures_in_yaml_and_toml(tmp_path: Path) -> None:
    write(
        tmp_path,
        posts__hello="---\ntitle: Hi {x}\nimage:\n  prompt: A {title}\n  alt: Of {slug}\n---\n",
        posts__b__index='+++\n[image]\nprompt = "B"\nseed = 7\nname = "bee"\n+++\n',
        plain="---\nimage: /img/a.png\n---\n",
        none="# Nothing\n",
    )
    found = targets(tmp_path, FILES)
    assert list(found) == ["bee", "posts-hello"]
    hello = found["posts-hello"]
    assert (hello.request.prompt, hello.alt) == ("A Hi {x}", "Of hello")
    assert (hello.output, found["bee"].request.seed) == ("images/posts-hello.jpg", 7)


def test_a_prompt_for_all_pages_gives_each_a_picture_but_those_that_have_one(
    tmp_path: Path,
) -> None:
    text = f"""{FILES}
prompt = "Cover: {{title}}"
output = "covers/{{slug}}.webp"
name = "cover-{{slug}}"
params = {{ aspect_ratio = "16:9", resolution = "1MP" }}
"""
    write(
        tmp_path,
        one="---\ntitle: One\n---\n",
        two="---\ntitle: Two\nslug: second\nimage: {params: {resolution: 2MP}}\n---\n",
        three="---\nimage: {src: /a.png, alt: x}\n---\n",
        four="---\nimage: /a.png\n---\n",
        five="---\nimage: false\n---\n",
    )
    found = targets(tmp_path, text)
    assert {name: one.request.prompt for name, one in found.items()} == {
        "cover-one": "Cover: One",
        "cover-second": "Cover: Two",
    }
    second = found["cover-second"]
    params = dict(second.request.params)
    assert (second.output, params["aspect_ratio"], params["resolution"]) == (
        "images/covers/second.webp", "16:9", "2MP",
    )  # fmt: skip


def test_the_key_may_lie_in_a_table(tmp_path: Path) -> None:
    write(tmp_path, a='+++\n[extra.cover]\nprompt = "x"\n+++\n', b="---\nimage: {prompt: y}\n---\n")
    assert list(targets(tmp_path, FILES + 'key = "extra.cover"\n')) == ["a"]


def test_faults_deep_in_a_page_are_told_in_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="---\nimage:\n  prompt: x\n  params:\n    resolution: 9MP\n---\n",
        b="---\nimage: {promt: x}\n---\n",
        c="---\nimage: [x\n---\n",
        d='+++\n[image]\nprompt = "{titel}"\nparams = { resolution = 9 }\n+++\n',
        e="---\nimage:\n  alt: x\n---\n",
        f="---\nimage: {prompt: x, seed: y, matrix: {}}\n---\n",
        g="---\nimage: {prompt: x",
        h="---\nimage: {prompt: x, references: [none.png]}\n---\n",
        i="---\na: &a x\nimage: {prompt: *a}\n---\n",
    )
    assert told(tmp_path, FILES) == [
        'content/a.md:5:17: `resolution` cannot be "9MP"',
        "content/b.md:2:9: unknown key `promt` in `image`",
        "content/c.md:3:1: the front matter is not valid YAML",
        "content/d.md:3:10: unknown variable `titel`",
        "content/d.md:4:25: `resolution` must be a string, not 9",
        "content/e.md:2:1: `image` has no `prompt`",
        "content/f.md:2:29: `matrix` has no place in front matter",
        "content/g.md:1:1: the front matter has no end",
        "content/h.md:2:33: there is no file `none.png`",
        "content/i.md:3:17: the alias `*a` is not followed here",
    ]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('model = "flx"', "3:9: unknown model `flx`"),
        ('params = { resolution = "9MP" }', '3:25: `resolution` cannot be "9MP"'),
        ('output = "x.gif"', "3:10: all 2 pages without an `output` would write `x.gif`"),
        ('output = "x.png"', "3:10: all 2 pages without an `output` would write `x.png`"),
    ],
)
def test_a_slip_in_content_is_told_once_for_all_pages(
    line: str, wanted: str, tmp_path: Path
) -> None:
    write(tmp_path, a="---\nimage: {prompt: x}\n---\n", b="---\nimage: {prompt: y}\n---\n")
    assert told(tmp_path, f"{FILES}{line}\n") == [f"imagegen.toml:{wanted}"]


def test_what_is_no_declaration_may_be_as_broken_as_it_likes(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="---\ntitle: a: b: [\n---\n",
        b="---\nno end",
        c="---\nimage: {prompt: x}\n---\n",
    )
    assert list(targets(tmp_path, FILES)) == ["c"]


def test_a_page_that_lacks_what_the_common_prompt_asks_for_is_told(tmp_path: Path) -> None:
    write(tmp_path, a="---\ntitel: A\n---\n")
    assert told(tmp_path, FILES + 'prompt = "{title}"\n') == [
        "content/a.md:2:1: this page has no `title`"
    ]


def test_two_pages_of_one_name_are_told_at_the_second(tmp_path: Path) -> None:
    page = "---\nimage: {prompt: x}\n---\n"
    write(tmp_path, a__b=page, **{"a-b": page}, hero=page)
    text = f'{FILES}[images.hero]\nprompt = "y"\n'
    assert told(tmp_path, text) == [
        "content/a/b.md:2:1: two images are called `a-b`",
        "content/hero.md:2:1: two images are called `hero`",
    ]


def test_a_bad_pattern_is_told_in_the_project_file(tmp_path: Path) -> None:
    write(tmp_path, a="")
    text = '[content]\nfiles = ["contnt/*.md", "../*.md"]\n[images.hero]\nprompt = "x"\n'
    assert summaries(tmp_path, text) == [
        "2: there is no folder `contnt`",
        "2: `../*.md` leaves its folder with `..`",
    ]


def test_pages_that_want_no_picture_are_no_fault(tmp_path: Path) -> None:
    write(tmp_path, a="# A page\n")
    assert targets(tmp_path, FILES) == {}


def test_a_pattern_that_finds_nothing_does_not_take_all_pictures_away(tmp_path: Path) -> None:
    write(tmp_path, a="---\nimage: {prompt: x}\n---\n")
    wrong = FILES.replace("*.md", "*.mdx")
    assert told(tmp_path, wrong) == ["imagegen.toml:2:9: no file matches `content/**/*.mdx`"]
    both = wrong.replace("mdx", 'mdx", "content/*.md')
    assert list(targets(tmp_path, both)) == ["a"]


YAML_LINES = "---\nimage: /x.png\nt:\n" + f"  {'- ' * 30}a\n" * 900 + "---\n"
TOML_LINES = '+++\nimage = "/x.png"\n' + "".join(f"a{n} = 1\n" for n in range(6000)) + "+++\n"


@pytest.mark.parametrize("page", [YAML_LINES, TOML_LINES])
def test_front_matter_is_limited_by_the_work_that_it_is(page: str, tmp_path: Path) -> None:
    write(tmp_path, **{f"p{n}": page for n in range(40)})
    assert told(tmp_path, FILES) == ["imagegen.toml:2:9: too much front matter in these files"]


def test_thousands_of_pages_of_words_are_not_too_much(tmp_path: Path) -> None:
    words = "word " * 800
    page = f"---\nimage: /x.png\ntext: {words}\n---\n"
    write(tmp_path, **{f"p{n}": page for n in range(1500)})
    (tmp_path / "imagegen.toml").write_text(f'{FILES}[images.a]\nprompt = "x"\n')
    assert len(load(tmp_path / "imagegen.toml").targets) == 1


def test_all_pages_and_the_folders_they_may_appear_in_are_known(tmp_path: Path) -> None:
    write(tmp_path, a="---\nimage: {prompt: x}\n---\n", b__c="# None\n")
    (tmp_path / "imagegen.toml").write_text(FILES)
    loaded = load(tmp_path / "imagegen.toml")
    names = ["imagegen.toml", "content/a.md", "content/b/c.md"]
    assert [path.relative_to(tmp_path).as_posix() for path in loaded.files] == names
    assert loaded.folders == (tmp_path / "content", tmp_path / "content/b")
