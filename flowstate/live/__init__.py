"""Kinds, a client and what state knows, to live resources in the manifests' words."""

from flowstate.live.abreast import each
from flowstate.live.match import Claim, match, normal, rival, unique_values
from flowstate.live.names import EVERYONE, Names, references, respell, to_ids, translate
from flowstate.live.read import Wish, closure, complete, observe, read, refresh
from flowstate.live.referrers import Referrer, read_referrers
from flowstate.live.roles import read_holders
from flowstate.live.snapshot import Observed, Snapshot

__all__ = [
    "EVERYONE",
    "Claim",
    "Names",
    "Observed",
    "Referrer",
    "Snapshot",
    "Wish",
    "closure",
    "complete",
    "each",
    "match",
    "normal",
    "observe",
    "read",
    "read_holders",
    "read_referrers",
    "references",
    "refresh",
    "respell",
    "rival",
    "to_ids",
    "translate",
    "unique_values",
]
