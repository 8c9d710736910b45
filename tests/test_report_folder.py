"""Where a report is written: over an earlier one, never over anything else."""

from __future__ import annotations

import pytest

from imagegen.errors import NeedsAttention, WrongInput
from imagegen.report import page, summary
from imagegen.report.folder import PAGE, SUMMARY, Folder

MINE = {PAGE: f"<!doctype html>{page.MARK}", SUMMARY: summary.MARK}


def test_an_earlier_report_is_replaced(tmp_path):
    folder = Folder(tmp_path / "deep/report")
    folder.refuse_strangers()
    folder.write(MINE)
    folder.refuse_strangers()
    folder.write(MINE | {SUMMARY: f"{summary.MARK} new"})
    assert (folder.path / SUMMARY).read_text() == f"{summary.MARK} new"


def test_files_of_others_are_refused_all_at_once(tmp_path):
    (tmp_path / PAGE).write_text("<html>mine</html>")
    (tmp_path / SUMMARY).mkdir()
    with pytest.raises(WrongInput) as caught:
        Folder(tmp_path).refuse_strangers()
    assert len(caught.value.problems) == 2


def test_a_link_that_leads_nowhere_is_a_file_of_others(tmp_path):
    (tmp_path / PAGE).symlink_to(tmp_path / "absent")
    with pytest.raises(WrongInput):
        Folder(tmp_path).refuse_strangers()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    folder = Folder(tmp_path / "file/report")
    folder.refuse_strangers()
    with pytest.raises(NeedsAttention, match="cannot write"):
        folder.write(MINE)
