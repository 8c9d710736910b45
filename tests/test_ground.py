"""Ground: what all images stand on is judged once, and a slip there is told once."""

from __future__ import annotations

from pathlib import Path

from loading import summaries, targets


def test_a_declared_model_can_be_used(tmp_path: Path) -> None:
    text = """
    [models.flux-9]
    family = "flux"
    [prices]
    flux-9 = 4
    [images.hero]
    prompt = "x"
    model = "flux-9"
    """
    assert targets(tmp_path, text)["hero"].request.model == "flux-9"


def test_a_faulty_declaration_is_told_alone(tmp_path: Path) -> None:
    text = '[models.flux-2-pro]\nfamly = "x"\n[images.a]\nprompt = "x"\nparams = { zzz = 1 }\n'
    assert len(summaries(tmp_path, text)) == 1


def test_an_unknown_model_is_told_where_it_is_named(tmp_path: Path) -> None:
    images = "".join(f'[images.i{n}]\nprompt = "x"\n' for n in range(9))
    text = f'[defaults]\nmodel = "flx-2-pro"\n[prices]\nnone = 1\n{images}'
    told = summaries(tmp_path, text)
    assert told == ["2: unknown model `flx-2-pro`", "4: unknown model `none`"]


def test_a_broken_style_is_told_once_and_not_at_its_images(tmp_path: Path) -> None:
    images = "".join(f'[images.i{n}]\nprompt = "x"\nstyle = "s"\n' for n in range(9))
    told = summaries(tmp_path, f'[styles.s]\nprompt = "no place"\n{images}')
    assert told == ["2: this style has no `{prompt}`"]
