"""Owns the fixtures that whole-command tests share; see `journey` for the words they use."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import journey
import pytest
from crash import noon
from crash.canary_check import CanaryCheck

# A slow machine is no fault, and the same tree gets the same verdict each time. Other examples
# than these are looked at with `--hypothesis-profile=default`, and by the crash harness.
hypothesis.settings.register_profile(
    "imagegen",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("imagegen")


def pytest_configure(config: pytest.Config) -> None:
    """Search for the key over the whole run; let the commands of tests hear Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A run in the background ignores it, and everything that it starts would, too.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["TZ"] = noon.ZONE
    time.tzset()
    config.pluginmanager.register(CanaryCheck(config, journey.KEY))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let nothing be skipped where everything is said to be installed."""
    report = yield
    if report.skipped and os.environ.get("IMAGEGEN_SKIP_NOTHING"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        report.outcome, report.longrepr = "failed", f"nothing may be skipped here: {why}"
    return report


@pytest.fixture(autouse=True)
def no_real_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point every home of this process into the test's folder and take real keys away."""
    for name in journey.OWN_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path.with_name(f"{tmp_path.name}-home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("IMAGEGEN_HOME", str(home / "imagegen"))


@pytest.fixture
def emulator() -> Iterator[journey.Emulator]:
    """Run a fast emulator for the length of one test."""
    with journey.emulator() as running:
        yield running


@pytest.fixture
def offline() -> Iterator[journey.Silence]:
    """Listen where the API would be, and fail the test if anything came."""
    silence = journey.Silence()
    yield silence
    silence.close()
    assert silence.visits == [], "this test must not send any request"


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[journey.Project]:
    """Make an empty project; unless the test also takes `emulator`, any request fails it."""
    address = "emulator" if "emulator" in request.fixturenames else "offline"
    base_url: str = request.getfixturevalue(address).url
    project = journey.Project(tmp_path / "project", Path(os.environ["HOME"]), base_url)
    yield project
    assert project.leaks() == [], "the key was left behind"
