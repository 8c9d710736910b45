"""From what is wanted and recorded to what can be published."""

from __future__ import annotations

from dataclasses import replace

import values

from imagegen.derivative import Derivation, Lettering, Placeholder, placeholder_key
from imagegen.locked import Derived, Locked, Output
from imagegen.publish.gallery import Sizes, Terms, gathered, picture_of
from imagegen.publish.picture import Picture
from imagegen.request import Target

ENCODERS = {kind: kind for kind in ("webp", "jpeg", "webp+text", "jpeg+text")}
WISH = values.derivation(formats=("webp", "jpeg"))
LETTERING = Lettering(
    "Hi", "a.ttf", "f" * 64, (0, 0, 1, 1), 0.1, "wrap", "#fff", "left", "top", 1.2, "en"
)


def wanted(derivation: Derivation | None = WISH, **changes: object) -> Target:
    return values.target("mug", alt="A mug", derivation=derivation, **changes)


def recorded(target: Target, **changes: object) -> Locked:
    """An entry in which everything is made that `target` wants."""
    one = values.locked(target, **changes)
    files = []
    for recipe in target.derivation.recipes(one.original) if target.derivation else ():
        key = recipe.key(one.original.sha256, recipe.encoder)
        path = target.derivation.path(target.output, recipe, key) if target.derivation else ""
        size = recipe.width, recipe.height, recipe.locale
        files.append(Output(path, "c" * 64, key, *size))
    return replace(one, derived=Derived(tuple(files), ENCODERS))


def but(*missing: str) -> Sizes:
    """All files are there, but for these."""
    return lambda path: None if path in missing else 7


def shown(
    target: Target,
    one: Locked | None = None,
    sizes: Sizes | None = None,
    terms: Terms | None = None,
) -> Picture:
    found = picture_of(target, one or recorded(target), sizes or but(), terms or Terms())
    assert found is not None
    return found


def paths(picture: Picture) -> list[list[str]]:
    return [[file.path for file in group] for group in picture.view.groups]


def test_derivatives_come_by_format_as_written_and_by_width() -> None:
    found = shown(wanted())
    assert paths(found) == [
        ["images/mug-200.webp", "images/mug-400.webp"],
        ["images/mug-200.jpeg", "images/mug-400.jpeg"],
    ]
    assert (found.view.main.width, found.view.main.height, found.view.main.bytes) == (400, 400, 7)
    assert (found.output.path, found.output.bytes) == ("images/mug.webp", 1000)


def test_without_derivatives_the_output_is_all() -> None:
    found = shown(wanted(None))
    assert paths(found) == [["images/mug.webp"]]
    assert found.locales == ()


def test_what_is_not_made_yet_is_left_out() -> None:
    target = wanted()
    half = recorded(wanted(replace(WISH, widths=(200,))))
    assert paths(shown(target, half)) == [["images/mug-200.webp"], ["images/mug-200.jpeg"]]
    assert paths(shown(target, sizes=but("images/mug-400.webp")))[0] == ["images/mug-200.webp"]
    # Without the format that every browser knows, the output stands in for it.
    gone = but("images/mug-200.jpeg", "images/mug-400.jpeg")
    assert paths(shown(target, sizes=gone))[-1] == ["images/mug.webp"]


def test_an_image_is_told_missing_without_its_output_and_candidates_never_count() -> None:
    target = wanted()
    lock = values.lock_of(recorded(target))
    new, candidate = values.target("new"), values.target("mug#1", candidate_of="mug", output="")
    found = gathered((target, new, candidate), lock, but(), Terms())
    assert ([one.name for one in found.pictures], found.missing) == (["mug"], ("new",))
    assert gathered((target,), lock, but("images/mug.webp"), Terms()).missing == ("mug",)
    moved = replace(target, output="images/other.webp")
    assert gathered((moved,), lock, but(), Terms()).missing == ("mug",)


def test_pictures_are_sorted_by_name() -> None:
    targets = [values.target(name) for name in ("b", "a")]
    lock = values.lock_of(*map(values.locked, targets))
    assert [one.name for one in gathered(targets, lock, but(), Terms()).pictures] == ["a", "b"]


def test_alts_by_locale_share_the_files() -> None:
    target = wanted(alts=(("de", "Becher"), ("en", "A mug")))
    found = shown(target, terms=Terms("de"))
    assert found.view.alt == "Becher"
    assert [(tag, view.alt) for tag, view in found.locales] == [("de", "Becher"), ("en", "A mug")]
    assert {view.main.path for _, view in found.locales} == {"images/mug-400.jpeg"}
    assert shown(target).view.alt == "A mug"


def test_texts_by_locale_have_files_of_their_own() -> None:
    letterings = {"de": (LETTERING,), "en": (LETTERING,)}
    name = "{stem}-{locale}-{width}.{format}"
    target = wanted(replace(WISH, letterings=letterings, name=name))
    found = shown(target, terms=Terms("en"))
    assert found.view.main.path == "images/mug-en-400.jpeg"
    assert dict(found.locales)["de"].main.path == "images/mug-de-400.jpeg"
    assert {view.alt for _, view in found.locales} == {"A mug"}


def test_a_text_for_all_makes_no_locale() -> None:
    found = shown(wanted(replace(WISH, letterings={"": (LETTERING,)})))
    assert (found.view.main.path, found.locales) == ("images/mug-400.jpeg", ())


def test_a_placeholder_is_shown_if_it_is_of_this_picture() -> None:
    target = wanted(None, placeholder=True)
    key = placeholder_key(values.SHA, (0, 0, 1024, 1024))
    known = Placeholder(key, "AAAA", "#000000", "data:image/webp;base64,AA==")
    one = replace(recorded(target), derived=Derived(placeholder=known))
    assert shown(target, one).placeholder == known
    other = replace(one, derived=Derived(placeholder=replace(known, key="0" * 32)))
    assert shown(target, other).placeholder is None


def test_provenance_is_what_was_bought_not_what_is_wanted_now() -> None:
    bought = recorded(wanted())
    now = replace(wanted(), request=values.request("another"))
    told = shown(now, bought, terms=Terms(prompts=True)).provenance
    assert told is not None
    assert (told.prompt, told.request_key) == ("a mug", bought.request_key)
    assert told.system == "flux-2-pro via Apiframe"
    assert told.source_type.endswith("/trainedAlgorithmicMedia")
    silent = shown(wanted()).provenance
    assert silent is not None and silent.prompt is None


def test_a_draft_is_called_one_and_an_import_is_called_nothing() -> None:
    draft = wanted(of=values.request(provider="draft"))
    told = shown(draft).provenance
    assert told is not None and told.source_type.endswith("/algorithmicMedia")
    for declared in ("", "trainedAlgorithmicMedia"):
        taken = recorded(wanted(), take=0, declared=declared)
        assert shown(wanted(), taken).provenance is None


def test_where_something_could_not_be_made_the_site_is_told_of_what_was_there_before() -> None:
    before = recorded(wanted(replace(WISH, widths=(200, 400))))
    wish = wanted(replace(WISH, widths=(100, 300)))
    found = shown(wish, before)
    assert [file.width for file in found.view.files] == [200, 400]
    other = wanted(replace(WISH, formats=("png",), quality={}))
    assert [file.type for file in shown(other, before).view.files] == ["image/jpeg"] * 2


def test_of_two_files_of_one_width_a_site_is_told_of_one() -> None:
    half = recorded(wanted())
    old = replace(half.derived.files[0], path="images/mug-200-old.webp")
    left = replace(half, derived=replace(half.derived, files=(*half.derived.files, old)))
    assert paths(shown(wanted(), left)) == paths(shown(wanted(), half))


def test_files_of_a_former_picture_are_not_shown_with_the_new_one() -> None:
    before = recorded(wanted())
    left = replace(before, derived=before.derived.of_former())
    assert paths(shown(wanted(), left)) == [["images/mug.webp"]]
    files = (*before.derived.files[:2], *left.derived.files[2:])
    half = replace(left, derived=replace(left.derived, files=files))
    assert paths(shown(wanted(), half)) == [
        ["images/mug-200.webp", "images/mug-400.webp"],
        ["images/mug.webp"],
    ]
