"""Registers of certificates for tests: one with an interface, beside Manar's imports and the record of NELC."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.certificates.fake import FakeRegistry
from adapters.certificates.manar import ExportFiles, Manar
from sidecar.domain.institute import Label
from sidecar.domain.registry import RegistryRules, RegistryState
from sidecar.register_imports import imported
from tests.worlds import World

KEY = b"a key of the tests, 32 bytes long"[:32]
RULES = RegistryRules(
    key="atlas", clause="P11", label=Label("سجل أطلس", "the Atlas register"), on=True, stale_after=timedelta(days=2),
    imported=False,
    says={
        RegistryState.NOT_SUBMITTED: Label("لم تُرسل", "not sent"),
        RegistryState.SUBMITTED: Label("أُرسلت ولم تُؤكد", "sent, not confirmed"),
        RegistryState.ISSUED: Label("مسجلة", "recorded"),
        RegistryState.REJECTED: Label("رُدّت", "sent back"),
    },
)  # fmt: skip


def with_atlas(world: World, *, explains: bool = False, encrypted: bool = False, nelc: bool = False) -> FakeRegistry:
    """Let the world have it, and Manar by its imports; NELC's record too, if told."""
    atlas, policy, find = FakeRegistry("atlas"), world.runtime.policy, imported(world.runtime.db)
    known = {**policy.registries, "atlas": replace(RULES, explains=explains)}
    known["nelc"] = replace(known["nelc"], on=nelc)
    changes = {
        "id_key": KEY, "seal_key": KEY, "registry_files": ExportFiles(),
        "policy": replace(policy, registries=known, certificate=replace(policy.certificate, seals_ids=encrypted)),
        "registries": {"manar": Manar("manar", find), "nelc": Manar("nelc", find), "atlas": atlas},
    }  # fmt: skip
    for name, value in changes.items():  # in place: a house's pages have the same one
        object.__setattr__(world.runtime, name, value)
    return atlas
