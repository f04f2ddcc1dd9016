"""A web process that starts while its static files are still being collected."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

SETTINGS = "from sanxiang.config.settings import *\nfrom pathlib import Path\nSTATIC_ROOT = Path({root!r})\n"
ASK = """
import io
print("loading", flush=True)
from sanxiang.config.wsgi import application
asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/static/sanxiang/late.0123456789ab.svg", "SERVER_NAME": "testserver",
         "SERVER_PORT": "80", "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http", "HTTP_HOST": "127.0.0.1"}
said = []
b"".join(application(asked, lambda status, headers, *_: said.append(status)))
from django.templatetags.static import static
print(said[0], static("sanxiang/late.svg"), flush=True)
"""


def test_it_serves_what_was_collected_while_it_loaded(tmp_path: Path) -> None:
    static, var = tmp_path / "static", tmp_path / "var"
    (static / "sanxiang").mkdir(parents=True)
    var.mkdir()
    (tmp_path / "late_settings.py").write_text(SETTINGS.format(root=str(static)))
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "late_settings",
        "PYTHONPATH": str(tmp_path),
        "SANXIANG_VAR": str(var),
        "SANXIANG_DEBUG": "",
    }
    with (var / "preparing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        web = subprocess.Popen([sys.executable, "-c", ASK], env=env, stdout=subprocess.PIPE, text=True)
        assert web.stdout is not None
        assert web.stdout.readline() == "loading\n"
        try:
            web.wait(5)
        except subprocess.TimeoutExpired:
            """It waits for us, with everything else loaded."""
        assert web.poll() is None
        (static / "sanxiang" / "late.0123456789ab.svg").write_text("<svg/>")
        paths = {"sanxiang/late.svg": "sanxiang/late.0123456789ab.svg"}
        (static / "staticfiles.json").write_text(json.dumps({"version": "1.1", "hash": "", "paths": paths}))
    said, _ = web.communicate(timeout=60)
    assert said.split() == ["200", "OK", "/static/sanxiang/late.0123456789ab.svg"]
