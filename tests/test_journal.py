"""Tests of the ledger's file: what is torn, what is damaged, what is durable."""

from __future__ import annotations

from pathlib import Path

import pytest
from buying import run
from hypothesis import given, settings
from hypothesis import strategies as st

from imagegen.build import line
from imagegen.build.journal import Foreign, Journal, Undurable


def filled(path: Path, count: int = 5) -> bytes:
    journal = Journal(path)
    journal.read()
    for number in range(count):
        journal.append({"ev": "X", "number": number})
    return path.read_bytes()


def numbers(journal: Journal) -> list[object]:
    return [fields["number"] for fields in journal.read().records]


def test_what_was_appended_is_read_once(tmp_path: Path) -> None:
    filled(tmp_path / "j", 3)
    journal = Journal(tmp_path / "j")
    assert numbers(journal) == [0, 1, 2]
    assert journal.read().records == ()
    other = Journal(tmp_path / "j")
    other.read()
    other.append({"ev": "X", "number": 3})
    assert numbers(journal) == [3]
    journal.append({"ev": "X", "number": 4})
    assert numbers(other) == [4]
    assert numbers(Journal(tmp_path / "j")) == [0, 1, 2, 3, 4]


def test_the_file_is_private(tmp_path: Path) -> None:
    filled(tmp_path / "home" / "j", 1)
    assert (tmp_path / "home" / "j").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700


def test_a_file_that_does_not_exist_or_is_just_being_made_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "j"
    assert Journal(path).read().records == ()
    for length in range(len(line.HEADER)):
        path.write_bytes(line.HEADER[:length])
        journal = Journal(path)
        assert journal.read().records == ()
        journal.append({"ev": "X", "number": 0})
        assert numbers(Journal(path)) == [0]


@settings(max_examples=150, deadline=None)
@given(
    cut=st.integers(0, 10_000),
    tail=st.binary(max_size=40).filter(lambda raw: b"\n" not in raw) | st.just(bytes(600)),
)
def test_any_prefix_with_any_torn_tail_is_taken_up(
    tmp_path_factory: pytest.TempPathFactory, cut: int, tail: bytes
) -> None:
    path = tmp_path_factory.mktemp("journal") / "j"
    whole = filled(path)
    cut = len(line.HEADER) + cut % (len(whole) - len(line.HEADER) + 1)
    path.write_bytes(whole[:cut] + tail)
    journal = Journal(path)
    reading = journal.read()
    kept = whole[:cut].count(b"\n") - 1
    assert [fields["number"] for fields in reading.records] == list(range(kept))
    assert reading.damage == ()
    assert path.read_bytes() == whole[: whole.rfind(b"\n", 0, cut) + 1]
    journal.append({"ev": "X", "number": 99})
    assert numbers(Journal(path)) == [*range(kept), 99]


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 10_000), mask=st.integers(1, 255))
def test_a_changed_byte_loses_one_record_at_most_and_is_told(
    tmp_path_factory: pytest.TempPathFactory, place: int, mask: int
) -> None:
    path = tmp_path_factory.mktemp("journal") / "j"
    whole = bytearray(filled(path))
    last = whole.rfind(b"\n", 0, -1) + 1
    place %= last
    whole[place] ^= mask
    path.write_bytes(bytes(whole))
    reading = Journal(path).read()
    assert reading.damage != ()
    found = {fields["number"] for fields in reading.records}
    # A changed line end takes the two lines that it parted.
    assert len({0, 1, 2, 3, 4} - found) <= 2
    assert path.read_bytes() == bytes(whole)


def test_a_missing_line_is_damage(tmp_path: Path) -> None:
    lines = filled(tmp_path / "j").splitlines(keepends=True)
    (tmp_path / "j").write_bytes(b"".join(lines[:2] + lines[3:]))
    reading = Journal(tmp_path / "j").read()
    assert [fields["number"] for fields in reading.records] == [0, 2, 3, 4]
    assert reading.damage == (b"",)


def test_a_changed_last_line_is_damage_and_not_torn(tmp_path: Path) -> None:
    whole = filled(tmp_path / "j")
    (tmp_path / "j").write_bytes(whole[:-5] + b"?" + whole[-4:])
    reading = Journal(tmp_path / "j").read()
    assert len(reading.records) == 4
    assert len(reading.damage) == 1


def test_a_damaged_first_line_is_damage_and_not_foreign(tmp_path: Path) -> None:
    whole = filled(tmp_path / "j")
    (tmp_path / "j").write_bytes(b"x" + whole[1:])
    reading = Journal(tmp_path / "j").read()
    assert len(reading.records) == 5 and reading.damage != ()


@pytest.mark.parametrize(
    "content",
    [
        b"hello\nworld\n",
        b"\0" * 300,
        b'{"format": 1}\n',
        line.encode(0, "", {"ev": "LEDGER", "format": 2}) + line.encode(1, "x", {"new": 1}),
    ],
)
def test_a_foreign_or_newer_file_is_refused_untouched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j"
    path.write_bytes(content)
    with pytest.raises(Foreign):
        Journal(path).read()
    assert path.read_bytes() == content


def test_a_rewritten_file_is_noticed_by_other_readers(tmp_path: Path) -> None:
    filled(tmp_path / "j")
    reader, writer = Journal(tmp_path / "j"), Journal(tmp_path / "j")
    reader.read(), writer.read()
    writer.rewrite([{"ev": "X", "number": 7}])
    writer.append({"ev": "X", "number": 8})
    reading = reader.read()
    assert reading.afresh
    assert [fields["number"] for fields in reading.records] == [7, 8]


def test_the_same_damage_is_kept_aside_once(tmp_path: Path) -> None:
    filled(tmp_path / "ledger.jsonl")
    journal = Journal(tmp_path / "ledger.jsonl")
    first = journal.keep_aside()
    assert first.name == "ledger.damaged-1.jsonl"
    assert journal.keep_aside() == first
    filled(tmp_path / "ledger.jsonl", 1)
    assert journal.keep_aside().name == "ledger.damaged-2.jsonl"
    assert first.stat().st_mode & 0o777 == 0o600


LIMITED = """
import resource, signal, sys
from pathlib import Path
from imagegen.build.journal import Journal
path = Path(sys.argv[1])
journal = Journal(path)
journal.read()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 30, resource.RLIM_INFINITY))
try:
    journal.append({"ev": "X", "number": 5})
except OSError as error:
    print(error.errno)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.append({"ev": "X", "number": 6})
"""


def test_a_record_that_fits_in_part_is_taken_back(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    filled(tmp_path / "j")
    assert run(LIMITED, tmp_path / "j") == "27\n"
    assert numbers(Journal(tmp_path / "j")) == [0, 1, 2, 3, 4, 6]


def test_a_link_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    filled(tmp_path / "real")
    (tmp_path / "j").symlink_to(tmp_path / "real")
    with pytest.raises(OSError):
        Journal(tmp_path / "j").read()


def test_a_rewrite_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    whole = filled(tmp_path / "home" / "j")
    journal = Journal(tmp_path / "home" / "j")
    journal.read()
    (tmp_path / "home").rename(tmp_path / "away")
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(Undurable):
        journal.rewrite([])
    assert (tmp_path / "away" / "j").read_bytes() == whole
