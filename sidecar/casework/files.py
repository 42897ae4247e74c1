"""Opening files: by whoever may see the case, and by the report's reader. For everybody else there is no such file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Row

from sidecar.domain.access import Viewer
from sidecar.domain.case import CaseKind
from sidecar.runtime import Runtime
from sidecar.store import attachments, blobs, cases, looks, permitted, recipients

File = Row[Any]


def at_desk(runtime: Runtime, viewer: Viewer, case_id: int, file_id: uuid.UUID) -> tuple[File, Path]:
    """A file of a case, and where its content stands; a look at a confidential one is kept first (P16).

    Raises:
        permitted.Unseen: no such case or file, or none this person may know of.
    """
    with runtime.db.read() as conn:
        case, _relation = permitted.seen(conn, viewer, case_id)
        found = attachments.of_case(conn, case_id, cases.report_keys(conn, case_id))
        file = _one(found, file_id)
    if case.confidential or case.kind is CaseKind.COMPLAINT:
        with runtime.db.write() as conn:
            looks.note(conn, case_id, viewer.key, "file", runtime.clock())
    return file, blobs.path_of(runtime.files, file.digest)


def own(runtime: Runtime, report_key: uuid.UUID, *, own: bool) -> Sequence[File]:
    """What a report's reader may open, oldest first.

    Args:
        own: the report's sender, signed in; else whoever holds its link.
    """
    with runtime.db.read() as conn:
        reader = recipients.reader(conn, report_key, own=own)
        case = cases.of_report(conn, report_key)
        return attachments.for_reader(conn, report_key, case.id if case else None, reader)


def one_own(runtime: Runtime, report_key: uuid.UUID, file_id: uuid.UUID, *, own: bool) -> tuple[File, Path]:
    """One of them, and where its content stands.

    Raises:
        permitted.Unseen
    """
    with runtime.db.read() as conn:
        reader = recipients.reader(conn, report_key, own=own)
        case = cases.of_report(conn, report_key)
        file = _one(attachments.for_reader(conn, report_key, case.id if case else None, reader), file_id)
    return file, blobs.path_of(runtime.files, file.digest)


def _one(found: Sequence[File], file_id: uuid.UUID) -> File:
    for file in found:
        if file.id == file_id:
            return file
    raise permitted.Unseen(file_id)
