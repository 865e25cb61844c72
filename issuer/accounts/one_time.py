"""One-time codes (TOTP, RFC 6238: SHA-1, 30 seconds, six digits) and codes for a lost telephone."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from typing import Final

from pyotp import TOTP

__all__ = ["code_step", "new_recovery_codes", "new_secret", "secret_address", "sha256_of"]

_STEP: Final = 30  # seconds, RFC 6238, section 5.2
_AROUND: Final = 1  # one step before and after: the telephone's clock may be a little off
_SECRET: Final = 20  # bytes, RFC 4226, section 4, R6
_RECOVERY_CODES: Final = 8
_RECOVERY_BYTES: Final = 10  # 80 bits, so no slow hash is needed


def new_secret(random: Callable[[int], bytes]) -> str:
    """A generator's secret, in base 32."""
    return b32encode(random(_SECRET)).decode()


def secret_address(secret: str, *, login: str, issuer: str) -> str:
    """The `otpauth:` address that an app reads from a picture."""
    return TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def code_step(secret: str, code: str, *, at: datetime, after: int | None) -> int | None:
    """The time step of a good code, None for any other; `after` is the last step that was used."""
    given = "".join(code.split())
    now = int(at.timestamp()) // _STEP
    generator = TOTP(secret)
    for step in range(now - _AROUND, now + _AROUND + 1):
        good = hmac.compare_digest(generator.generate_otp(step), given if given.isascii() else "")
        if good and (after is None or step > after):
            return step
    return None


def new_recovery_codes(random: Callable[[int], bytes]) -> tuple[str, ...]:
    """Codes to write down, each good once in place of a generated one."""
    return tuple(_grouped(b32encode(random(_RECOVERY_BYTES))) for _ in range(_RECOVERY_CODES))


def sha256_of(code: str) -> str:
    """What is kept of a code or another secret, however its letters and gaps were typed."""
    plain = "".join(code.upper().replace("-", "").split())
    return hashlib.sha256(plain.encode()).hexdigest()


def _grouped(code: bytes) -> str:
    text = code.decode()
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))
