"""What every answer tells the browser: run nothing of others, keep nothing, tell nobody."""

from __future__ import annotations

from typing import Final

from flask import Response

__all__ = ["CONTENT_SECURITY_POLICY", "OPEN_TO_PAGES", "protect", "share"]

#: Paths that scripts of pages of any origin may ask, with what methods. They keep nothing, and no
#: cookie or other credential of the browser means anything to them.
OPEN_TO_PAGES: Final = {
    "/api/verify": "POST",
    "/credentials/verify": "POST",
    "/presentations/verify": "POST",
    "/openapi.json": "GET, HEAD",
}
_ASK_AGAIN_SECONDS: Final = 86_400

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
}


def protect(response: Response, *, own_file: bool) -> Response:
    """Set the headers. `own_file` is a style or script of ours, which holds nobody's data."""
    response.headers.update(_ALWAYS)
    response.headers["Cache-Control"] = "no-cache" if own_file else "no-store"
    return response


def share(response: Response, path: str, *, asking: bool) -> Response:
    """Let scripts of other origins read the answer at `path`, where that path is open to them.

    `asking` is the browser's question whether they may (the preflight of the Fetch standard).
    Credentials are never allowed, so a browser sends none.
    """
    methods = OPEN_TO_PAGES.get(path)
    if methods is None:
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if asking:
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = str(_ASK_AGAIN_SECONDS)
    return response
