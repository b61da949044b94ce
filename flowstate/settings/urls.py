"""Addresses of hosts and proxies."""

from __future__ import annotations

import ipaddress
import re
from pathlib import PurePath
from typing import Final
from urllib.parse import SplitResult, urlsplit

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
# What git check-ref-format takes, and a little less.
_BRANCH: Final = re.compile(r"(?!.*(?:\.\.|//|\.lock(?:/|$)|\.(?:/|$)|/\.))[A-Za-z0-9_][\w./+#-]*(?<!/)")


def is_loopback(url: str) -> bool:
    """Whether a URL with http or https leads to this machine."""
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https"):
        return False
    host = parts.hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_fault(url: str) -> str:
    """Why a URL cannot be a host of the service; empty when it can."""
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return "it is not a URL that begins with https://"
    if parts.username is not None or parts.query or parts.fragment:
        return "it must be a plain URL, without a user, a query or a fragment"
    if parts.scheme == "http" and not is_loopback(url):
        return "http:// would send credentials in clear; only this machine may be called so"
    return ""


def proxy_fault(proxy: str) -> str:
    """Why a text cannot be a proxy; empty when it can."""
    if proxy == "env":
        return ""
    parts = _split(proxy)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return "it is neither 'env' nor a URL that begins with http:// or https://"
    if parts.username is not None:
        return "it holds a user or a password, which never stand in flowstate.yaml"
    return ""


def state_fault(state: str) -> str:
    """Why a text cannot say where state is kept; empty when it can."""
    if state.startswith("git:"):
        return "" if _BRANCH.fullmatch(state[4:]) else "what follows git: is not the name of a branch"
    if state.startswith(("s3:", "gs:", "az:")):
        parts = _split(state)
        if parts is None or not parts.netloc or "//" in parts.path:
            return "it does not name a bucket"
        plain = parts.username is None and not parts.query and not parts.fragment
        return "" if plain else "it must be a plain URL, without a user, a query or a fragment"
    if _SCHEME.match(state) or PurePath(state).is_absolute() or not state.strip():
        return "it is not a relative path, git:BRANCH, s3://…, gs://… or az://…"
    return ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return None
    return parts
