"""A home in one encrypted file, and back: `back_up`, `restore`."""

from __future__ import annotations

from issuer.backup.making import back_up
from issuer.backup.restoring import Restored, restore

__all__ = ["Restored", "back_up", "restore"]
