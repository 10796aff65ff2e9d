"""A really started JupyterLab and a really started Chromium."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from ppdl_course.classroom.student.lab import lab_command

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false"},
    # every cell stays in the page, so that the tests can find it
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}


@pytest.fixture(scope="session")
def artefacts():
    folder = Path(os.environ.get("PPDL_ARTEFACTS", ROOT / "build/artefacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM:
        return CHROMIUM
    if os.environ.get("PPDL_REQUIRE_BROWSER"):
        pytest.fail("PPDL_REQUIRE_BROWSER is set and there is no chromium on the PATH")
    pytest.skip("no chromium on the PATH")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(url, server, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.poll() is None, "JupyterLab ended before it answered"
        try:
            return urllib.request.urlopen(url, timeout=2)
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


@contextlib.contextmanager
def jupyterlab(course, home, log_file):
    """Serve a course folder as ``ppdl lab`` does, with settings and data of its own.

    Yields:
        The server's address and its token.
    """
    for name, setting in SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(setting))
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
    }
    own = {name: str(home / folder) for name, folder in folders.items()}
    port, token = free_port(), secrets.token_hex(16)
    options = [
        *("--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
    ]
    with log_file.open("w") as log:
        server = subprocess.Popen(
            lab_command(course, options),
            cwd=course,
            env=os.environ | own | {"HOME": str(home)},
            stdout=log,
            stderr=log,
        )
        base = f"http://127.0.0.1:{port}"
        try:
            wait_until_it_answers(f"{base}/api?token={token}", server)
            yield base, token
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(scope="session")
def lab(tmp_path_factory, artefacts, chromium):
    """Serve a copy of the student's notebooks; yield a function: path -> its URL."""
    course = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "notebooks", course / "notebooks")
    home = tmp_path_factory.mktemp("home")
    with jupyterlab(course, home, artefacts / "jupyterlab.log") as (base, token):
        yield (
            lambda path: f"{base}/lab/workspaces/test/tree/{path}?token={token}&reset"
        )


@pytest.fixture(scope="session")
def browser(chromium):
    """The one Chromium of all tests: Playwright starts once in a process.

    From then on its event loop counts as running in the main thread: no test that
    comes later can run one of its own there.
    """
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    quiet = ["--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=[*flags, *quiet]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page(browser, lab, artefacts):
    """One page in one browser context: a second context would be logged out."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(30_000)
    yield page
    page.screenshot(path=artefacts / "last.png")  # what a failed test saw
