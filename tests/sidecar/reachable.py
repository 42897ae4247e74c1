"""An institute that has entered how it is reached; the shipped policy has placeholders alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sidecar.domain.report import Channel
from sidecar.runtime import Runtime
from tests.sidecar.api.callers import Callers


def reachable(api: Callers, **changes: Any) -> None:
    """Gives the application's institute a telephone, an email address and WhatsApp; `changes` are the runtime's."""
    runtime: Runtime = api.world.runtime
    policy = runtime.policy
    office = policy.offices["contact_centre"]
    contact = replace(office.contact, phone="+966112004400", email="help@institute.sa")
    changed = replace(
        policy,
        offices={**policy.offices, office.key: replace(office, contact=contact)},
        addresses={Channel.WHATSAPP: "+966550102030"},
    )
    api.app.extensions["nidaa_runtime"] = replace(runtime, policy=changed, **changes)
