"""Which way a terminal is drawn on, by its environment alone."""

from __future__ import annotations

import pytest

from imagegen.pictures.terminal.way import Way, has_true_colour, way_for

XTERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}, Way.KITTY),
        (XTERM | {"KITTY_WINDOW_ID": "1"}, Way.KITTY),
        (XTERM | {"TERM_PROGRAM": "ghostty"}, Way.KITTY),
        (XTERM | {"KONSOLE_VERSION": "230805"}, Way.KITTY),
        (XTERM | {"KONSOLE_VERSION": "210800"}, Way.BLOCKS),
        (XTERM | {"TERM_PROGRAM": "iTerm.app"}, Way.ITERM),
        (XTERM | {"LC_TERMINAL": "iTerm2"}, Way.ITERM),
        (XTERM | {"TERM_PROGRAM": "WezTerm"}, Way.ITERM),
        (XTERM | {"WEZTERM_PANE": "0"}, Way.ITERM),
        ({"TERM": "foot-extra"}, Way.SIXEL),
        ({"TERM": "mlterm-256color"}, Way.SIXEL),
        (XTERM, Way.BLOCKS),
        (XTERM | {"TERM_PROGRAM": "Apple_Terminal"}, Way.BLOCKS),
        ({"TERM": "linux"}, Way.BLOCKS),
    ],
)
def test_a_terminal_is_known_by_what_it_sets(environ, way):
    assert way_for(environ) is way


@pytest.mark.parametrize(
    "inner",
    [{"TMUX": "/tmp/tmux-0/default,1,0"}, {"STY": "1.pts"}, {"TERM": "screen-256color"}],
)
def test_within_tmux_and_screen_it_is_half_blocks(inner):
    kitty = {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1", "TERM_PROGRAM": "iTerm.app"}
    assert way_for(kitty | inner) is Way.BLOCKS


def test_an_xterm_that_was_started_from_kitty_is_an_xterm():
    assert way_for(XTERM | {"KITTY_WINDOW_ID": "1", "XTERM_VERSION": "XTerm(379)"}) is Way.BLOCKS


@pytest.mark.parametrize(
    "environ", [{}, {"TERM": "dumb"}, {"TERM": "xterm-kitty", "NO_COLOR": "1"}]
)
def test_nothing_is_drawn_where_nothing_is_wanted(environ):
    assert way_for(environ) is Way.NONE


def test_an_empty_no_color_asks_for_nothing():
    assert way_for(XTERM | {"NO_COLOR": ""}) is Way.BLOCKS


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"COLORTERM": "truecolor"}, True),
        ({"COLORTERM": "24bit"}, True),
        ({"TERM": "xterm-direct"}, True),
        ({"COLORTERM": "yes"}, False),
        (XTERM, False),
    ],
)
def test_true_colour_is_used_only_where_it_is_told(environ, told):
    assert has_true_colour(environ) is told
