"""The summary for pull requests."""

from __future__ import annotations

from dataclasses import replace

import reporting
import values

from imagegen.lock import Lock
from imagegen.report.summary import MARK, summary

RED, BLUE = reporting.picture("red"), reporting.picture("blue")


def told(tmp_path, old: Lock, new: Lock) -> str:
    (tmp_path / "images").mkdir(exist_ok=True)
    for name, data in (("red", RED), ("blue", BLUE)):
        (tmp_path / f"images/{name}.png").write_bytes(data)
    return summary(reporting.report(tmp_path, old, new))


def test_the_summary_counts_and_lists_what_became_of_the_pictures(tmp_path):
    before = reporting.shown_at(reporting.entry("mug", RED), "images/red.png")
    after = reporting.shown_at(reporting.entry("mug", BLUE, "a cup"), "images/blue.png")
    cup = reporting.shown_at(reporting.entry("cup", BLUE, "@you <b>"), "images/blue.png")
    text = told(tmp_path, values.lock_of(before), values.lock_of(after, cup))
    assert text == (
        f"{MARK}\n"
        "### Pictures: 1 changed, 1 added\n"
        "\n"
        "From `old.lock` to `work tree`. 0 unchanged. 2 purchases are new in the lock: 24 "
        "credits. What was bought and replaced again in between is not counted: see "
        "`imagegen jobs --all`.\n"
        "\n"
        "**Changed**\n"
        "\n"
        "- `mug`: clearly different (SSIM 0.79)\n"
        '  - `prompt`: `"a mug"` → `"a cup"`\n'
        '  - `output`: `"images/red.png"` → `"images/blue.png"`\n'
        "\n"
        "<details><summary>Added (1)</summary>\n"
        "\n"
        "- `cup`: `flux-2-pro, take 1, 12 credits`\n"
        "\n"
        "</details>\n"
    )


def test_without_a_difference_it_is_two_lines(tmp_path):
    text = told(tmp_path, Lock(), Lock())
    assert text.splitlines()[1] == "### Pictures: no picture changed"
    assert "No purchase is new in the lock." in text.splitlines()[-1]


def test_a_long_list_is_folded_and_cut(tmp_path):
    old = [reporting.entry(f"mug-{i}", RED, f"mug {i}") for i in range(60)]
    new = [reporting.entry(f"mug-{i}", BLUE, f"cup {i}") for i in range(60)]
    text = told(tmp_path, values.lock_of(*old), values.lock_of(*new))
    assert "<details><summary>Changed (60)</summary>" in text
    assert "- and 10 more\n" in text
    assert text.count("\n- ") == 51


def test_what_differs_everywhere_is_told_once(tmp_path):
    def dated(one, seed):
        request = {**one.request, "seed": seed}
        return replace(one, request=request, request_key=f"{one.name} {seed}")

    old = [dated(reporting.entry(f"mug-{i}", RED), 1) for i in range(300)]
    text = told(tmp_path, values.lock_of(*old), values.lock_of(*(dated(one, 2) for one in old)))
    assert text.count("`seed`: `1` → `2`") == 1
    assert "- All of them:\n  - `seed`: `1` → `2`\n" in text
    assert "- `mug-0`\n  - the later picture is not at hand\n- `mug-1`\n" in text
    two = told(tmp_path, values.lock_of(*old[:2]), values.lock_of(*(dated(x, 2) for x in old[:2])))
    assert two.count("`seed`: `1` → `2`") == 2


def test_it_is_never_longer_than_a_comment_may_be(tmp_path):
    def wordy(number, word):
        one = reporting.entry(f"mug-{number}-{'x' * 200}", RED)
        params = {f"{word * 60}-{number}-{i}": word * 60 for i in range(40)}
        request = {**one.request, "params": params}
        return replace(one, request=request, request_key=f"{number} {word}")

    states = [values.lock_of(*(wordy(i, word) for i in range(60))) for word in "ab"]
    text = told(tmp_path, *states)
    assert 40_000 < len(text) < 60_000
    assert "\n  - and 68 fields more\n" in text
    more = 60 - text.count("\n- `mug-")
    assert text.endswith(f"- and {more} more\n\n</details>\n")


def test_other_words_on_the_same_picture_are_told_by_locale(tmp_path):
    both = [reporting.poster(tmp_path, data) for data in (RED, BLUE)]
    text = told(tmp_path, *map(values.lock_of, both))
    assert "### Pictures: 1 with words set anew" in text
    assert (
        "- `mug`: the same picture, its words were set anew\n"
        "  - `de`: set anew (SSIM 0.79)\n"
        "  - `pt-BR`: not compared, the earlier file is another by now\n"
        "  - derivatives: 2 files → 2 files (1 new, 1 made anew, 1 deleted)\n"
    ) in text


def test_nothing_of_a_prompt_becomes_markup(tmp_path):
    evil = "</details>\n\n# h\n<img src=x> @all `|` [l](http://x)"
    old = values.lock_of(reporting.entry("mug", RED))
    text = told(tmp_path, old, values.lock_of(reporting.entry("mug", BLUE, evil)))
    (line,) = [line for line in text.splitlines() if "prompt" in line]
    assert line.endswith('→ ``"</details> # h <img src=x> @all `|` [l](http://x)"``')
