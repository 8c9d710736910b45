"""Merge: what is said of params at three places becomes one set, or one fault at its place."""

from __future__ import annotations

from pathlib import Path

from loading import summaries, targets


def test_params_win_key_by_key_from_defaults_over_style_to_image(tmp_path: Path) -> None:
    text = """
    [defaults]
    params = { resolution = "1MP", output_quality = 1, output_format = "png" }
    [styles.s]
    prompt = "{prompt}"
    params = { output_quality = 2, output_format = "webp" }
    [images.hero]
    prompt = "x"
    style = "s"
    params = { output_format = "jpg" }
    """
    params = dict(targets(tmp_path, text)["hero"].request.params)
    wanted = ("resolution", "output_quality", "output_format")
    assert [params[key] for key in wanted] == ["1MP", 2, "jpg"]


def test_a_shared_fault_is_told_once(tmp_path: Path) -> None:
    images = "".join(f'[images.i{n}]\nprompt = "x"\nseed = {n}\n' for n in range(150))
    text = f'[defaults]\nparams = {{ resolution = "7MP", raww = 1 }}\n{images}'
    assert summaries(tmp_path, text) == [
        '2: `resolution` cannot be "7MP"',
        "2: unknown params key `raww` for `flux-2-pro`",
    ]


def test_a_misfit_is_told_for_each_image_with_another_model(tmp_path: Path) -> None:
    text = """[defaults]
params = { prompt_upsampling = true }
[images.a]
prompt = "x"
[images.b]
prompt = "x"
model = "imagen-4"
[images.c]
prompt = "x"
model = "dall-e-3"
[images.d]
prompt = "x"
model = "flux-2-flex"
"""
    told = summaries(tmp_path, text)
    assert [line.partition(":")[0] for line in told] == ["7", "10"]
