"""Chapter 2: clients, tokens, keys."""

from __future__ import annotations

from typing import Literal

from flowstate.sandbox.openapi.shapes.base import Plain, Shape


class SecretOfClient(Shape):
    """A secret by its id, never by its value."""

    secret_id: str
    """Tells the secrets of one client apart."""


class Client(Shape):
    """A program that may ask for tokens."""

    client_id: str
    """What it names itself by when it asks for a token."""
    grant_types: list[str]
    """The one way to a token that is served."""
    secrets: list[SecretOfClient]
    """Its secrets, one after it was made."""
    team_name: str
    """The only team that its tokens open."""
    display_name: str
    """What people call it."""
    scopes: list[str]
    """What its tokens may be for."""
    allow_access_tokens_via_browser: bool
    """Always false."""
    client_permissions: list[str]
    """What it is in the team, as it was sent."""


class MadeClient(Shape):
    """A new client and its secret."""

    client: Client
    """The client."""
    new_secret: str
    """Shown in this answer and never again."""


class TokenForm(Plain):
    """What a client sends for a token, as a form; each field once."""

    grant_type: Literal["client_credentials"]
    """The one way to a token that is served."""
    client_id: str
    """Which client asks."""
    client_secret: str
    """Its secret, in the form and not in a header."""
    scope: str = ""
    """Scopes with spaces between; without any, all that the client has."""


class Token(Plain):
    """An access token (RFC 6749, 5.1)."""

    access_token: str
    """A signed JWT, sent back as ``Authorization: Bearer``."""
    expires_in: int
    """For how many seconds it is good."""
    token_type: Literal["Bearer"]
    """How it is sent."""


class TokenError(Plain):
    """Why there is no token (RFC 6749, 5.2)."""

    error: Literal[
        "invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope", "unauthorized_client"
    ]
    """The reason as a word of the standard."""
    error_description: str
    """The reason for people."""


class Key(Plain):
    """A public key (RFC 7517)."""

    kty: Literal["RSA"]
    """Its family."""
    n: str
    """The modulus."""
    e: str
    """The exponent."""
    kid: str
    """What tokens name it by."""
    use: Literal["sig"]
    """It checks signatures."""
    alg: Literal["RS256"]
    """And these are of this kind."""


class KeySet(Plain):
    """Public keys (RFC 7517, 5)."""

    keys: list[Key]
    """The key that signs tokens."""
