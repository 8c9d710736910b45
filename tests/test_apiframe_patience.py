import pytest

from imagegen.providers.apiframe.patience import LONGEST_WAIT, retry_after

NOW = "Mon, 23 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Mon, 23 Nov 2026 10:00:09 GMT", 9.0),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date_by_the_servers_clock(text, seconds):
    wait = retry_after({"retry-after": text, "date": NOW})
    assert wait is not None
    assert (wait.seconds, wait.note) == (seconds, "")


@pytest.mark.parametrize("text", ["86400", "1e300", "Mon, 23 Nov 2999 10:00:00 GMT"])
def test_an_absurd_wait_is_cut_and_said(text):
    wait = retry_after({"retry-after": text, "date": NOW})
    assert wait is not None
    assert wait.seconds == LONGEST_WAIT
    assert "waits 300 s at most" in wait.note
    assert len(wait.note) < 100


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "Mon, 99 Nov 2026 10:00:00 GMT", "١"])
def test_an_unreadable_wait_is_none(text):
    wait = retry_after({"retry-after": text})
    assert wait is None or wait.seconds == 1.0
