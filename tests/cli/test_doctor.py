"""What `latentlab doctor` finds, on this machine and on broken ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from latentlab.app import platform_check
from latentlab.cli import doctor
from latentlab.cli.group import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _answer(returncode: int, stderr: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess([], returncode, "", stderr)


def test_this_machine_is_fit_for_its_own_tests(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["problems"] == []
    assert found["torch"]["version"]
    assert found["folders"]["library"] == os.environ["LATENTLAB_LIBRARY"]
    assert set(found["versions"]) == set(doctor.PACKAGES)


def test_missing_libraries_come_with_the_line_that_mends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform_check, "run_child", lambda _command: _answer(-6, "could not load"))
    monkeypatch.setattr(platform_check.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(platform_check.sys, "platform", "linux")
    problem = platform_check.qt_problem()
    assert problem is not None
    assert "apt-get install -y libegl1" in problem


def test_a_missing_display_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform_check, "run_child", lambda _command: _answer(-6, "no display"))
    monkeypatch.setattr(platform_check, "missing_libraries", lambda _names: [])
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert "there is no display" in (platform_check.qt_problem() or "")


def test_an_unknown_reason_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform_check, "run_child", lambda _command: _answer(1, "x\nbad wheel"))
    monkeypatch.setattr(platform_check, "missing_libraries", lambda _names: [])
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert "“bad wheel”" in (platform_check.qt_problem() or "")


def test_problems_make_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "qt_problem", lambda: "The window cannot open: reasons.")
    assert main(["doctor"]) == 1
    assert "The window cannot open: reasons." in capsys.readouterr().out


def test_the_window_command_says_it_too_and_exits_with_1(home: Path) -> None:
    env = {**os.environ, "QT_QPA_PLATFORM": "no-such-platform"}
    told = subprocess.run(
        [sys.executable, "-m", "latentlab", "window"],
        env=env, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert told.returncode == 1
    assert len(told.stderr.strip().splitlines()) == 1
    assert "The window cannot open" in told.stderr
