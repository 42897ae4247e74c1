"""What files people may add (P6): types, sizes, and what becomes of identity documents."""

from __future__ import annotations

import re
from typing import Final, Literal, cast

from sidecar.domain.attachments import AttachmentRules, FileKind
from sidecar.domain.institute import Label
from sidecar.policy.document import Document
from sidecar.policy.values import Senseless, member, one_of, whole
from sidecar.policy.words import section

_SIZE: Final = re.compile(r"([1-9]\d{0,6}) (KiB|MiB)")
_LARGEST: Final = 100 * 1024 * 1024  # what a web process takes in at once, and proxies let through


def attachments(document: Document) -> AttachmentRules:
    """The rules of the field."""
    table = section(document, "attachments")
    if table is None:
        return AttachmentRules("", frozenset(), 1, 1, 1, 1, 1, "refuse", Label("", ""), Label("", ""))
    what = table.required("identity_documents", one_of(("warn", "refuse"), "answer to identity documents"))
    rules = AttachmentRules(
        clause=table.clause(),
        types=frozenset(table.listed("types", member(FileKind, "file type"), needed=True)),
        largest=table.required("largest", size),
        at_once=table.required("at_once", whole(1, 10)),
        most=table.required("most", whole(1, 100)),
        most_pixels=table.required("most_pixels", whole(1_000_000, 100_000_000)),
        longest_side=table.required("longest_side", whole(500, 10_000)),
        identity_documents=cast("Literal['warn', 'refuse']", what),
        warning=table.label("warning"),
        refusal=table.label("refusal"),
    )
    table.finish()
    if table.sound and rules.most < rules.at_once:
        table.fault("most", f"is less than the {rules.at_once} of one form (at_once)")
    return rules


def size(value: object) -> int:
    """A size in bytes: `512 KiB`, `10 MiB`."""
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Senseless("must be a size such as '512 KiB' or '10 MiB'")
    count = int(found[1]) * (1024 if found[2] == "KiB" else 1024 * 1024)
    if count > _LARGEST:
        raise Senseless("must be at most '100 MiB'")
    return count
