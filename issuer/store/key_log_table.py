"""The table of the key log: every act on an institution's keys, in order, never changed."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from issuer.store.base import Base

__all__ = ["KeyLogEntry"]


class KeyLogEntry(Base):
    """One entry of a key log, exactly as it is published."""

    __tablename__ = "key_log_entry"

    institution: Mapped[str] = mapped_column(ForeignKey("institution.slug"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
