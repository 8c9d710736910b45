"""The record of what was asked."""

from imagegen.emulator.traffic import Seen, Traffic


def test_only_generate_posts_are_counted_as_posts():
    traffic = Traffic()
    for method, path in (
        ("POST", "/v2/images/generate"),
        ("GET", "/v2/images/generate"),
        ("POST", "/v2/uploads"),
    ):
        traffic.note(Seen(method, path))
    assert (traffic.posts, len(traffic.requests)) == (1, 3)


def test_the_emulators_own_endpoints_are_not_recorded():
    traffic = Traffic()
    traffic.note(Seen("GET", "/emulator/ledger"))
    assert traffic.requests == []
