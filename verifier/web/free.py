"""Ports that nobody uses."""

from __future__ import annotations

import socket

__all__ = ["free_ports"]


def free_ports(count: int) -> tuple[int, ...]:
    """So many different ports of this machine that are free now."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = tuple(server.getsockname()[1] for server in held)
    for server in held:
        server.close()
    return ports
