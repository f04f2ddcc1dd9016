"""The phone app as a browser gets it: the page, its manifest, its service worker. None holds anything of a case: what
is confidential comes with the package, after logging in."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanxiang.three_systems.recording.origins import files_origin

from . import vouching

PAGE = (
    "words", "fields", "parts", "packages", "recorder", "live", "pictures", "along", "exempt", "reading", "signing",
    "spot_rules", "spot_paper", "spot_form", "spot_handing", "spot", "doorstep", "receipt", "serve", "home", "acting",
    "kept", "app",
)  # fmt: skip
"""The scripts of the page, in the order in which they are run."""

KEEPER = ("disk", "chain", "sender")
"""What the worker `keeper.js` brings in before itself."""

FILES = ("app.css", "sheet.css", *(f"{name}.js" for name in (*PAGE, *KEEPER, "keeper")))
ICON = "sanxiang/icon.svg"


def _place(name: str) -> str:
    return static(f"recording/capture/{name}")


def assets() -> list[str]:
    """Everything that the app needs without a net."""
    return [reverse("recording:capture"), *(_place(name) for name in FILES), static(ICON)]


@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The app."""
    return render(request, "recording/capture/app.html", {
        "scripts": [_place(f"{name}.js") for name in PAGE], "keeper": _place("keeper.js"),
        "parts": " ".join(_place(f"{name}.js") for name in KEEPER), "login": reverse("login"),
        "key": vouching.public_key(),
        "files": files_origin(request) + reverse("files:uploads").removesuffix("uploads/"),
    })  # fmt: skip


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What makes the page installable."""
    start = reverse("recording:capture")
    told: dict[str, Any] = {
        "name": "三项制度现场记录", "short_name": "现场记录", "lang": "zh-CN", "start_url": start, "scope": start,
        "id": start, "display": "standalone", "background_color": "#0f2743", "theme_color": "#0f2743",
        "icons": [{"src": static(ICON), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }  # fmt: skip
    return JsonResponse(told, content_type="application/manifest+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of files of this version."""
    files = assets()
    version = hashlib.sha256(json.dumps([*files, vouching.public_key()]).encode()).hexdigest()[:12]
    answer = render(
        request,
        "recording/capture/sw.js",
        {"files": json.dumps(files), "version": version, "start": json.dumps(files[0])},
        content_type="text/javascript; charset=utf-8",
    )
    answer["Cache-Control"] = "no-cache"
    answer["Service-Worker-Allowed"] = files[0]
    return answer
