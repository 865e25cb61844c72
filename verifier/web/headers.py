"""What every answer tells the browser: run nothing of others, keep nothing, tell nobody."""

from __future__ import annotations

from typing import Final

from flask import Response

__all__ = ["CONTENT_SECURITY_POLICY", "protect"]

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
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
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
}


def protect(response: Response, *, own_file: bool) -> Response:
    """Set the headers. `own_file` is a style or script of ours, which holds nobody's data."""
    response.headers.update(_ALWAYS)
    response.headers["Cache-Control"] = "no-cache" if own_file else "no-store"
    return response
