"""The nouns: addresses, specs and their markers, what a kind must be able to do, and a live object.

A kind is one file of a provider: a :class:`Spec` with documented fields, and a :class:`Kind` that turns documented
calls into and out of the fields of that spec. Kinds speak in ids; the stages translate between ids and keys by the
markers.
"""

from flowstate.model.address import Address, Fields, Path
from flowstate.model.kind import Access, Kind, Listed, Live, MisfitError, Provider, Touched, Verb
from flowstate.model.markers import (
    Always,
    CreateOnly,
    EmptyMeansEveryone,
    EmptyTogether,
    Grants,
    Irreversible,
    JoinsInto,
    KeepAtLeast,
    Mixed,
    Ordered,
    Ref,
    Seen,
    Sensitive,
    Sparse,
    Strings,
    Text,
    Unique,
    WriteOnly,
)
from flowstate.model.ownership import ON_DRIFT, ON_REMOVE, OnDrift, OnRemove
from flowstate.model.spec import Field, Names, Part, Shape, Some, Spec, fields_of

__all__ = [
    "ON_DRIFT",
    "ON_REMOVE",
    "Access",
    "Address",
    "Always",
    "CreateOnly",
    "EmptyMeansEveryone",
    "EmptyTogether",
    "Field",
    "Fields",
    "Grants",
    "Irreversible",
    "JoinsInto",
    "KeepAtLeast",
    "Kind",
    "Listed",
    "Live",
    "MisfitError",
    "Mixed",
    "Names",
    "OnDrift",
    "OnRemove",
    "Ordered",
    "Part",
    "Path",
    "Provider",
    "Ref",
    "Seen",
    "Sensitive",
    "Shape",
    "Some",
    "Sparse",
    "Spec",
    "Strings",
    "Text",
    "Touched",
    "Unique",
    "Verb",
    "WriteOnly",
    "fields_of",
]
