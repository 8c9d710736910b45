"""Load: a project file gives targets, or every problem at its place; golden texts in golden/errors.

Each case is NAME.toml with NAME.txt beside it: what is told, in order, with the line shown.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagegen.errors import Problem, WrongInput
from imagegen.project.load import Loaded, find, load, name_of
from imagegen.request import Source

GOLDEN = Path(__file__).parent / "golden" / "errors"
CASES = sorted(path.stem for path in GOLDEN.glob("*.toml"))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "imagegen.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def told(problems: tuple[Problem, ...]) -> str:
    lines: list[str] = []
    for problem in problems:
        place = f"{problem.where}: " if problem.where else ""
        lines.append(f"{place}{problem.summary}")
        if problem.where:
            lines += [f"  | {problem.where.text}", f"  | {' ' * (problem.where.column - 1)}^"]
        lines += [f"  {line}" for line in problem.detail.splitlines()]
        lines += [f"  > {line}".rstrip() for line in problem.hint.splitlines()]
    return "\n".join(lines) + "\n"


def refused(file: Path) -> tuple[Problem, ...]:
    with pytest.raises(WrongInput) as caught:
        load(file)
    return caught.value.problems


def key_of(folder: Path, text: str, name: str = "hero") -> str:
    loaded = load(written(folder, text))
    return next(target.request.key for target in loaded.targets if target.name == name)


@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_fault_is_told_at_its_place(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "assets").mkdir()
    (tmp_path / "images").mkdir()
    (tmp_path / "assets" / "mascot.png").write_bytes(PNG)
    (tmp_path / "images" / "mascot.png").write_bytes(PNG)
    (tmp_path / "assets" / "empty.png").touch()
    (tmp_path / "assets" / "page.png").write_text("<!doctype html><title>no</title>")
    file = written(tmp_path, (GOLDEN / f"{case}.toml").read_bytes())
    assert told(refused(file)) == (GOLDEN / f"{case}.txt").read_text()


def test_a_project_gives_complete_targets_sorted_by_name(tmp_path: Path) -> None:
    (tmp_path / "mascot.png").write_bytes(PNG)
    loaded = load(
        written(
            tmp_path,
            """
            [project]
            output_dir = "static/img"
            [defaults]
            params = { resolution = "1MP", output_format = "webp" }
            protect = true
            [styles.editorial]
            prompt = "{prompt}, in the light of {brand}"
            params = { resolution = "2MP", aspect_ratio = "4:3" }
            [vars]
            brand = "Nordlicht"
            [images.hero]
            prompt = "A {brand} desk"
            style = "editorial"
            params = { aspect_ratio = "16:9" }
            seed = 7
            alt = ""
            output = "home/hero.jpeg"
            take = 2
            [images.cup]
            prompt = "A cup"
            protect = false
            references = ["mascot.png", "https://example.com/a.jpg"]
            """,
        )
    )
    cup, hero = loaded.targets
    assert (cup.name, hero.name) == ("cup", "hero")
    assert hero.request.prompt == "A Nordlicht desk, in the light of Nordlicht"
    params = dict(hero.request.params)
    assert (params["resolution"], params["aspect_ratio"]) == ("2MP", "16:9")
    assert (hero.output, hero.output_format) == ("static/img/home/hero.jpeg", "jpeg")
    assert (hero.request.seed, hero.take, hero.alt, hero.protect) == (7, 2, "", True)
    assert (cup.output, cup.protect, cup.alt) == ("static/img/cup.webp", False, None)
    assert [reference.field for reference in cup.request.references] == ["input_images"] * 2
    assert cup.request.references[1].sha256 == "url:https://example.com/a.jpg"
    assert not cup.settled
    assert loaded.files == (tmp_path / "imagegen.toml", tmp_path / "mascot.png")


def test_a_known_url_settles_its_target(tmp_path: Path) -> None:
    url = "https://example.com/a.jpg"
    file = written(tmp_path, f'[images.hero]\nprompt = "x"\nreferences = ["{url}"]\n')
    (target,) = load(file, known_urls={url: "ab" * 32}).targets
    assert target.sources == (Source(url, "ab" * 32),)
    assert target.request.references[0].sha256 == "ab" * 32


def test_a_draft_differs_in_the_provider_alone(tmp_path: Path) -> None:
    text = '[images.hero]\nprompt = "x"\n'
    (paid,) = load(written(tmp_path, text)).targets
    (draft,) = load(written(tmp_path, f'{text}[provider]\nname = "draft"\n')).targets
    assert (paid.request.provider, draft.request.provider) == ("apiframe", "draft")
    assert (paid.request.model, paid.request.params) == (draft.request.model, draft.request.params)


SAME = """
[defaults]
params = { resolution = "1MP", output_quality = 80 }
[images.hero]
prompt = "A desk"
params = { aspect_ratio = "16:9", output_format = "png" }
"""


@pytest.mark.parametrize(
    "text",
    [
        "# a comment\n" + SAME,
        SAME.replace('aspect_ratio = "16:9", output_format = "png"',
                     'output_format = "png", aspect_ratio = "16:9"'),
        SAME.replace("output_quality = 80", "output_quality = 80.0"),
        SAME + 'alt = "A desk"\noutput = "x/y.avif"\nprotect = true\n',
        SAME.replace("[images.hero]", '[images.hero]\nmodel = "flux-2-pro"'),
        SAME.replace('"png" }', '"png", prompt_upsampling = false }'),
        SAME.replace("\n", "\r\n"),
        '[provider]\nbase_url = "http://localhost:1"\n' + SAME,
        '[styles.s]\nprompt = "{prompt}"\n' + SAME.replace("[images.hero]",
                                                          '[images.hero]\nstyle = "s"'),
        SAME + '[images.aaa]\nprompt = "first"\n',
    ],
)  # fmt: skip
def test_what_is_not_sent_does_not_change_the_request_key(text: str, tmp_path: Path) -> None:
    assert key_of(tmp_path, text) == key_of(tmp_path, SAME)


@pytest.mark.parametrize(
    "text",
    [
        SAME.replace("A desk", "A  desk"),
        SAME.replace("80", "81"),
        SAME + "seed = 0\n",
        SAME.replace("[images.hero]", '[images.hero]\nmodel = "flux-2-max"'),
    ],
)
def test_what_is_sent_changes_the_request_key(text: str, tmp_path: Path) -> None:
    assert key_of(tmp_path, text) != key_of(tmp_path, SAME)


def test_an_empty_style_drops_the_default_one(tmp_path: Path) -> None:
    text = (
        '[defaults]\nstyle = "s"\n[styles.s]\nprompt = "{prompt}!"\n[images.hero]\nprompt = "x"\n'
    )
    (plain,) = load(written(tmp_path, text + 'style = ""\n')).targets
    (styled,) = load(written(tmp_path, text)).targets
    assert (plain.request.prompt, styled.request.prompt) == ("x", "x!")


def test_find_goes_upwards(tmp_path: Path) -> None:
    file = written(tmp_path, "")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find(below) == find(tmp_path) == file


def test_find_without_a_project_names_init(tmp_path: Path) -> None:
    with pytest.raises(WrongInput) as caught:
        find(tmp_path)
    assert "imagegen init" in caught.value.problems[0].hint


def test_a_project_has_a_name_whatever_its_file_says(tmp_path: Path) -> None:
    image = '[images.a]\nprompt = "a"\n'
    assert name_of(written(tmp_path, f'[project]\nname = "Nord"\n{image}')) == "Nord"
    for text in (image, "[images", ""):
        assert name_of(written(tmp_path, text)) == tmp_path.name
    assert name_of(tmp_path / "none.toml") == tmp_path.name


def test_a_missing_file_a_folder_and_a_pipe_are_told(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, words in (("none", "no file"), ("folder", "is a folder"), ("pipe", "not a regular")):
        assert words in refused(tmp_path / name)[0].summary


def test_a_hundred_problems_are_enough(tmp_path: Path) -> None:
    file = written(tmp_path, "".join(f"[images.i{n}]\nsede = {n}\n" for n in range(300)))
    problems = refused(file)
    assert len(problems) == 101
    assert problems[-1].summary == "there are more problems"


@pytest.mark.slow
def test_ten_thousand_images_load_in_seconds(tmp_path: Path) -> None:
    entry = '[images.i{0}]\nprompt = "A mug {0}"\nparams = {{ output_quality = {1} }}\n'
    file = written(tmp_path, "".join(entry.format(n, n % 100) for n in range(10_000)))
    start = time.process_time()
    assert len(load(file).targets) == 10_000
    assert time.process_time() - start < 5


PIECES = [
    "[images.hero]", "[images]", "[[images]]", "[defaults]", "[styles.s]", "[vars]", "[models.m]",
    "[prices]", "[provider]", "[project]", 'prompt = "{prompt} {a}"', 'prompt = "x"', "seed = 1",
    "params = { resolution = [1, {a = 2}] }", "params.x.y = 1979-05-27", 'output = "a/b.png"',
    'references = ["x", 1]', 'a = "b"', "family = 1", 'style = "s"', 'base_url = "http://["',
    "flux-2-pro = { 1MP = true }", 'model = "m"', "images = {hero = {prompt = 'x'}}", "take = nan",
    '"[key]" = 1', "output_dir = '..'", "=", "x", '"""', "\x00", "\r", "é = 'é'", "params = 1",
]  # fmt: skip
DOCUMENTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=12).map("\n".join),
)


@given(text=DOCUMENTS)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_loads_or_is_refused_with_places(text: str, tmp_path: Path) -> None:
    file = written(tmp_path, text.encode(errors="surrogatepass"))
    try:
        assert isinstance(load(file), Loaded)
    except WrongInput as wrong:
        assert wrong.problems
        lines = text.count("\n") + 1
        for problem in wrong.problems:
            assert problem.where is not None
            assert 1 <= problem.where.line <= lines
            assert 1 <= problem.where.column <= len(problem.where.text) + 2
