"""What a browser may do with our pages, nothing from elsewhere, no script or style inside the page; and what no address
may hold."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from sanxiang.three_systems.recording.origins import desk_of, files_origin

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "frame-src 'self'",
        "frame-ancestors 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ]
)
FROM_FILES = ("img-src", "media-src", "connect-src", "frame-src")
EXPOSED = "Location, Upload-Offset, Upload-Length, Upload-Expires, Tus-Resumable, Retry-After, Content-Range, ETag"
PERMISSIONS = "camera=(self), microphone=(self), geolocation=(self), screen-wake-lock=(self), payment=(), usb=()"


def content_security(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django middleware. A view that sets its own policy keeps it."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _with(files_origin(request)))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return answer


def _with(origin: str) -> str:
    """The policy that lets a page of the desk send files to the file process and show what it hands out."""
    if not origin:
        return POLICY
    widened = (f"{part} {origin}" if part.startswith(FROM_FILES) else part for part in POLICY.split("; "))
    return "; ".join(widened)


def for_the_desk(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django middleware of the file process: pages of the desk, and of nobody else, may ask it with their session and
    read its answers (CORS)."""

    def answer(request: HttpRequest) -> HttpResponse:
        origin = desk_of(request)
        asks_first = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(status=204) if asks_first else get_response(request)
        response["Vary"] = "Origin"
        if origin:
            response["Access-Control-Allow-Origin"], response["Access-Control-Allow-Credentials"] = origin, "true"
            response["Access-Control-Expose-Headers"] = EXPOSED
            if asks_first:
                response["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PUT, PATCH, DELETE"
                response["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "")
                response["Access-Control-Max-Age"] = "7200"
        return response

    return answer


def no_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django middleware. The database knows no text with a NUL, so that no address can mean one."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest(
                "网址含有不能识别的字符，请从页面重新进入。", content_type="text/plain; charset=utf-8"
            )
        return get_response(request)

    return answer
