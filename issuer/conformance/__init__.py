"""The conformance profile: a service for public test suites, on one machine, with throwaway keys.

It signs whatever valid credential a suite sends, so it must never hold the key of anybody: keys are
made at the start and forgotten at the end, it listens on loopback alone, and it refuses a home in
which an institution's keys lie. What it accepts beyond the product (contexts of a suite's own,
dates without a zone) is described in `docs/conformance.md`.
"""

from issuer.conformance.service import Conformance

__all__ = ["Conformance"]
