"""Which addresses of hosts and proxies may be used: credentials travel in clear to this machine only."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def leads_here(url: str) -> bool:
    """Whether a URL with http or https leads to this machine."""
    parts = _split(url)
    return parts is not None and is_loopback(parts.hostname or "")


def host_fault(url: str) -> str:
    """Why a URL cannot be a host of the service, without showing it, for it may hold a password; empty when it can."""
    parts = _split(url)
    if parts is None:
        return "it is not a URL that begins with https://"
    if parts.username is not None or "?" in url or "#" in url:
        return "it must be a plain URL, without a user, a query or a fragment"
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return "http:// would send credentials in clear; only this machine may be called so"
    return ""


def proxy_fault(proxy: str) -> str:
    """Why a text cannot be a proxy; empty when it can."""
    if proxy == "env":
        return ""
    parts = _split(proxy)
    if parts is None:
        return "it is neither 'env' nor a URL that begins with http:// or https://"
    if parts.username is not None:
        return "it holds a user or a password, which never stand in flowstate.yaml"
    return ""


def _split(url: str) -> SplitResult | None:
    """The parts of a URL with http or https and a host; None when it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return None
    odd = any(not "!" <= char <= "~" or char == "\\" for char in url)
    return None if odd or parts.scheme not in {"http", "https"} or not parts.hostname else parts
