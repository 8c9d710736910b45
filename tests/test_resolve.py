"""Resolve: what is said of an image becomes one complete request and one file."""

from __future__ import annotations

from pathlib import Path

from loading import PNG, summaries, targets


def test_references_and_reference_params_are_one_thing(tmp_path: Path) -> None:
    text = """
    [images.one]
    prompt = "x"
    references = ["a.png", "b.png"]
    params = { image_prompt = "c.png" }
    [images.two]
    prompt = "x"
    params = { image_prompt = "c.png", input_images = ["a.png", "b.png"] }
    [images.three]
    prompt = "x"
    params = { input_images = ["a.png", "b.png"], image_prompt = "c.png" }
    """
    one, two, three = (targets(tmp_path, text)[name] for name in ("one", "two", "three"))
    assert one.request == two.request == three.request
    fields = [reference.field for reference in one.request.references]
    assert fields == ["input_images", "input_images", "image_prompt"]
    assert [source.text for source in one.sources] == ["a.png", "b.png", "c.png"]


def test_the_bytes_of_a_reference_decide_not_its_name(tmp_path: Path) -> None:
    text = '[images.one]\nprompt = "x"\nreferences = ["{}.png"]\n'
    before = targets(tmp_path, text.format("a"))["one"].request.key
    assert targets(tmp_path, text.format("b"))["one"].request.key != before
    (tmp_path / "moved.png").write_bytes((tmp_path / "a.png").read_bytes())
    assert targets(tmp_path, text.format("moved"))["one"].request.key == before


def test_an_output_in_another_format_is_allowed(tmp_path: Path) -> None:
    text = '[images.hero]\nprompt = "x"\noutput = "hero.AVIF"\n'
    target = targets(tmp_path, text)["hero"]
    assert target.output_format == "avif"
    assert dict(target.request.params)["output_format"] == "jpg"


def test_a_link_out_of_the_project_is_told_at_the_output(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "images").symlink_to(tmp_path)
    told = summaries(tmp_path / "site", '[images.hero]\nprompt = "x"\n')
    assert told == ["1: `images/hero.jpg` leads out of the project"]


def test_a_reference_behind_a_link_is_not_overwritten_either(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "real.png").write_bytes(PNG)
    (tmp_path / "alias.png").symlink_to("images/real.png")
    text = '[images.hero]\nprompt = "x"\noutput = "real.png"\nreferences = ["alias.png"]\n'
    assert summaries(tmp_path, text) == ["3: `images/real.png` is taken"]


def test_variables_stand_in_alt_texts_too(tmp_path: Path) -> None:
    text = '[vars]\nshop = "Kessel"\n[images.hero]\nprompt = "x"\nalt = "The counter of {shop}"\n'
    assert targets(tmp_path, text)["hero"].alt == "The counter of Kessel"
    wrong = text.replace("{shop}", "{shpo}")
    assert summaries(tmp_path, wrong) == ["5: unknown variable `shpo`"]


def test_a_choice_names_neither_take_nor_seed_and_a_draft_has_none(tmp_path):
    text = '[images.a]\nprompt = "a boat"\ncandidates = 4\n'
    assert [one.candidates for one in targets(tmp_path, text).values()] == [4, *[None] * 4]
    assert list(targets(tmp_path, text + '[provider]\nname = "draft"\n')) == ["a"]
    assert summaries(tmp_path, text + "take = 2\n") == [
        "3: `candidates` and `take` exclude each other"
    ]
    assert summaries(tmp_path, text + "seed = 2\n") == [
        "3: `candidates` and `seed` exclude each other"
    ]


def test_candidates_count_among_the_pictures_that_a_lock_can_hold(tmp_path):
    block = '[images.a{}]\nprompt = "boat {}"\ncandidates = 16\n'
    text = "".join(block.format(n, n) for n in range(589))
    assert summaries(tmp_path, text) == ["1767: more than 10,000 pictures, candidates among them"]
