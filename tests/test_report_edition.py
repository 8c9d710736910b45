"""What readers of each locale see otherwise, told from two entries of the lock."""

from __future__ import annotations

from dataclasses import replace

import values

from imagegen.locked import Derived, Locked, Output
from imagegen.report.edition import Edition, editions, lettered

OLD, NEW = "d" * 64, "e" * 64


def file(locale: str, width: int = 200, kind: str = "webp", sha256: str = OLD) -> Output:
    name = f"images/mug-{locale or 'all'}-{width}.{kind}"
    return Output(name, sha256, "k", width, width // 2, locale)


def entry(*files: Output, words: bool = True, sha256: str = values.SHA) -> Locked:
    encoders = {"webp+text": "1"} if words else {"webp": "1"}
    return replace(values.locked(sha256=sha256), derived=Derived(files, encoders))


def test_the_widest_file_in_the_best_known_format_stands_for_its_locale():
    small, large = file("de", 100), file("de", 200)
    modern = file("de", 300, "avif")
    anew = replace(large, sha256=NEW)
    assert editions(entry(small, large, modern), entry(small, anew, modern)) == (
        Edition("de", large, anew),
    )
    jpeg = file("de", 100, "jpeg")
    assert editions(entry(large), entry(anew, jpeg)) == (Edition("de", large, jpeg),)
    assert editions(entry(large), entry(jpeg)) == (Edition("de", large, jpeg),)


def test_a_width_or_a_format_more_is_nothing_else_to_see():
    one = file("de")
    more = (one, file("de", 400, sha256=NEW), file("de", 200, "jpeg", NEW))
    assert editions(entry(one), entry(*more)) == ()
    assert editions(entry(*more), entry(one)) == ()


def test_only_what_differs_is_an_edition_and_each_locale_has_its_own():
    german, french = file("de"), file("fr")
    anew = replace(french, sha256=NEW)
    assert editions(entry(german, french), entry(german, anew)) == (Edition("fr", french, anew),)
    assert editions(entry(german), entry(german, file("de", 100))) == ()
    moved = replace(german, path="images/cup-de.webp")
    assert editions(entry(german), entry(moved)) == ()


def test_a_locale_may_come_and_go():
    german, french = file("de"), file("fr")
    assert editions(entry(german), entry(german, french)) == (Edition("fr", None, french),)
    assert editions(entry(german, french), entry(german)) == (Edition("fr", french, None),)


def test_a_file_for_all_stands_beside_those_that_locales_got_of_their_own():
    plain, german, french = file("", sha256=NEW), file("de"), file("fr")
    before = entry(plain, words=False)
    after = entry(german, french)
    assert editions(before, after) == (
        Edition("de", plain, german),
        Edition("fr", plain, french),
    )
    assert editions(after, before)[1] == Edition("fr", french, plain)
    assert editions(before, entry(replace(plain, sha256=OLD), words=False)) == (
        Edition("", plain, replace(plain, sha256=OLD)),
    )


def test_of_another_picture_only_words_are_worth_a_look():
    old, new = file("de"), file("de", sha256=NEW)
    other = {"sha256": values.OTHER_SHA}
    assert editions(entry(old), entry(new, **other)) == (Edition("de", old, new),)
    assert editions(entry(old, words=False), entry(new, words=False, **other)) == ()
    assert editions(None, entry(new)) == (Edition("de", None, new),)
    assert editions(None, entry(new, words=False)) == ()
    assert editions(entry(old), None) == ()


def test_an_entry_is_lettered_when_an_encoder_of_its_files_sets_texts():
    assert lettered(entry(file("de")))
    assert not lettered(entry(file("de"), words=False))
    assert not lettered(None)
