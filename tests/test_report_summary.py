"""The summary for pull requests."""

from __future__ import annotations

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
        "credits.\n"
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
    assert text.splitlines()[-1].endswith("No purchase is new in the lock.")


def test_a_long_list_is_folded_and_cut(tmp_path):
    old = [reporting.entry(f"mug-{i}", RED, f"mug {i}") for i in range(60)]
    new = [reporting.entry(f"mug-{i}", BLUE, f"cup {i}") for i in range(60)]
    text = told(tmp_path, values.lock_of(*old), values.lock_of(*new))
    assert "<details><summary>Changed (60)</summary>" in text
    assert "- and 10 more\n" in text
    assert text.count("\n- ") == 51


def test_nothing_of_a_prompt_becomes_markup(tmp_path):
    evil = "</details>\n\n# h\n<img src=x> @all `|` [l](http://x)"
    old = values.lock_of(reporting.entry("mug", RED))
    text = told(tmp_path, old, values.lock_of(reporting.entry("mug", BLUE, evil)))
    (line,) = [line for line in text.splitlines() if "prompt" in line]
    assert line.endswith('→ ``"</details> # h <img src=x> @all `|` [l](http://x)"``')
