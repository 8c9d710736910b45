"""`report`: what became of the pictures between two states of the lock, for nothing."""

import re
import shutil

import journey
import versioned
from gallery import listing, mugs

DESK = {"prompt": "a wooden desk", "alt": "A desk"}


def test_the_report_tells_what_became_of_each_picture_and_costs_nothing(
    project, emulator, tmp_path
):
    project.write("imagegen.toml", listing({"desk": DESK, "mug": "a mug", "pot": "a pot"}))
    project.run("build", code=0)
    versioned.begin(project.folder)
    versioned.commit(project.folder)
    versioned.git(project.folder, "tag", "v1")
    changed = {"desk": {**DESK, "prompt": "a steel <b>desk</b>"}, "cup": "a mug", "jar": "a jar"}
    project.write("imagegen.toml", listing(changed, project={"name": "Nord & Co"}))
    project.run("build", code=0)
    kept = {name: project.bytes(name) for name in project.files() if ".git/" not in name}
    home = {path: path.read_bytes() for path in project.home.rglob("*") if path.is_file()}
    before = len(emulator.requests)

    told = project.run("report", code=0)
    assert "### Pictures: 1 changed, 1 added, 1 retired, 1 renamed" in told.stdout
    assert '`"a wooden desk"` → `"a steel <b>desk</b>"`' in told.stdout
    assert "`mug` → `cup`" in told.stdout
    assert "2 purchases are new in the lock: 12 credits." in told.stdout
    assert told.stdout == project.read(".imagegen/report/summary.md")
    page = project.read(".imagegen/report/index.html")
    assert page.count("<img ") == 5, "the desk before and after, the jar, the cup and the pot"
    assert "<b>desk" not in page
    assert "<title>Pictures of Nord &amp; Co: " in page
    assert "index.html" not in versioned.git(project.folder, "status", "--porcelain")
    assert {name: project.bytes(name) for name in kept} == kept
    assert {path: path.read_bytes() for path in home} == home

    place = str(tmp_path / "artefact")
    project.run("report", "-o", place, "--since", "HEAD..HEAD", code=0)
    project.run("report", "-o", place, code=0)
    project.write("docs/index.html", "<html>mine</html>")
    assert "is no report of" in project.run("report", "-o", "docs", code=2).stderr
    assert project.read("docs/index.html") == "<html>mine</html>"
    assert not project.path("docs/summary.md").exists()

    versioned.commit(project.folder)
    clone = project.on_another_machine(key=None)
    told = clone.run("report", "--since", "v1..HEAD", "--json", code=0).json
    desk = told["differences"][0]
    assert (desk["name"], desk["kind"], desk["remarks"]) == ("desk", "changed", []), "git has it"
    assert 0 < desk["ssim"] < 1
    assert told["until"]["name"] == "HEAD"
    assert not clone.home.exists(), "report made a home"
    assert len(emulator.requests) == before


def test_other_words_on_the_same_picture_are_shown_for_each_locale(project, emulator):
    shutil.copytree(journey.ROOT / "examples/poster/fonts", project.path("fonts"))
    words = {
        "text": {"en": "Coffee", "ar": "قهوة"},
        "font": {"en": "fonts/latin.ttf", "ar": "fonts/arabic.ttf"},
        "size": 0.3,
        "color": "#ff00ff",
    }

    def write(**changes):
        poster = {"prompt": "a cup", "text": [words | changes]}
        derive = {"widths": [60, 120], "formats": ["webp"]}
        tables = {"project": {"locale": "en"}, "defaults": {"derive": derive}}
        project.write("imagegen.toml", listing({"poster": poster}, **tables))
        project.run("build", code=0)

    write()
    versioned.begin(project.folder)
    versioned.commit(project.folder, "imagegen.lock", "images/poster-en-120.webp")
    before = len(emulator.requests)
    write(text={"en": "Tea", "ar": "شاي"})
    told = project.run("report", code=0).stdout
    assert "### Pictures: 1 with words set anew" in told
    assert "- `poster`: the same picture, its words were set anew\n" in told
    assert "\n  - `ar`: not compared, the earlier file was not committed\n" in told
    assert re.search(r"\n  - `en`: [a-z ]+ \(SSIM 0\.\d\d\)\n", told)
    assert "  - derivatives: 4 files → 4 files (4 made anew)\n" in told
    page = project.read(".imagegen/report/index.html")
    assert re.findall(r'alt="([^"]*)"', page) == [
        "poster, ar, after",
        "poster, en, before",
        "poster, en, after",
    ]
    assert (emulator.charges, len(emulator.requests)) == (1, before)


def test_faults_are_told_with_a_way_on(project):
    project.write("imagegen.toml", mugs(1))
    told = project.run("report", code=2).stderr
    assert "git says: fatal: not a git repository" in told
    assert "--since FILE" in told
    versioned.begin(project.folder)
    assert "no picture changed" in project.run("report", code=0).stdout
    versioned.commit(project.folder)
    assert "There was no lock in this folder then" in project.run("report", code=0).stdout
    assert "did you mean `main`?" in project.run("report", "--since", "mian", code=2).stderr
    assert "no revision `--version`" in project.run("report", "--since=--version", code=2).stderr
    told = project.run("report", "--since", "x", "--json", code=2)
    assert "no revision" in told.json["errors"][0]["summary"]
