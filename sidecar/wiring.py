"""Settings become a Runtime. The only file that names concrete adapters."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module

from adapters.certificates.manar import ExportFiles, Manar
from adapters.certificates.port import Registry
from adapters.channels.email import Email
from adapters.channels.port import Mailer
from adapters.lms.moodle import Moodle
from adapters.lms.moodle.profiles import DEFAULT_FIELDS
from adapters.lms.port import Lms
from sidecar.domain.policy import Policy
from sidecar.domain.steps import Lane
from sidecar.policy import load
from sidecar.register_imports import imported
from sidecar.runtime import DEFAULT_LEASES, Apart, Runtime, at_once
from sidecar.settings import Settings, SettingsError, Site
from sidecar.store import sealed
from sidecar.store.database import Commit, Database, commit_here

# Intake waits at most this long for the database before it says 503 (architecture.md, decision 3).
_INTAKE_PATIENCE = 2.0


def now() -> datetime:
    """The one clock of a running process."""
    return datetime.now(UTC)


def policy_of(settings: Settings) -> Policy:
    """The institute's document.

    Raises:
        sidecar.policy.load.PolicyError: with file, line and reason of everything that does not make sense.
    """
    return load.load(settings.policy_dir or load.shipped())


def policy_text(settings: Settings) -> str:
    """The words of the policy, kept beside its digest so that an old case's judge can be read."""
    return load.contents(settings.policy_dir or load.shipped())


def database(settings: Settings, *, intake: bool = False, commit: Commit = commit_here) -> Database:
    """The database, with intake's little patience or a worker's long one."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Database(settings.database_url, busy_timeout=_INTAKE_PATIENCE if intake else 10.0, commit=commit)


def build(
    settings: Settings, *, wake: Callable[[Lane], None], commit: Commit = commit_here, apart: Apart = at_once
) -> Runtime:
    """The world of one process.

    Args:
        wake: hints a lane.
        commit: how write transactions are committed, where that must not be done in the caller's thread.
        apart: how work is carried out that keeps the processor busy.
    """
    policy, db = policy_of(settings), database(settings, commit=commit)
    lms, mailer = lms_of(settings, policy), mailer_of(settings)
    registries = registries_of(settings, policy, db)
    return Runtime(
        db=db,
        intake_db=database(settings, intake=True, commit=commit),
        clock=now,
        policy=policy,
        lms=lms,
        wake=wake,
        leases=_leases(lms, mailer, registries),
        mailer=mailer,
        data_dir=settings.data_dir,
        id_key=id_key_of(settings),
        seal_key=seal_key_of(settings),
        registries=registries,
        registry_files=ExportFiles(),
        base_url=settings.base_url,
        files=settings.data_dir / "attachments",
        apart=apart,
        # Its own key, so that nothing else that the secret signs could ever pass for a link.
        tracking_secret=hmac.digest(settings.secret_key.encode(), b"nidaa tracking links", "sha256"),
    )


def lms_of(settings: Settings, policy: Policy | None = None) -> dict[str, Lms]:
    """Each site's LMS, for the sites that have one to ask.

    Args:
        policy: says whether national IDs are kept sealed; without one they are not.
    """
    key = id_key_of(settings)
    seal = partial(sealed.close, seal_key_of(settings)) if policy and policy.certificate.seals_ids else None
    return {site.id: _lms(site, key, seal) for site in settings.sites.values() if site.kind == "moodle" and site.token}


def _lms(site: Site, id_key: bytes, seal: Callable[[str], str] | None) -> Lms:
    return Moodle(
        site.id, site.url, site.token, clock=now, fields={**DEFAULT_FIELDS, **site.fields}, id_key=id_key, seal=seal,
        writes=site.writes,
    )  # fmt: skip


def id_key_of(settings: Settings) -> bytes:
    """The key of the hash by which national IDs are known here; whoever changes the secret imports registers anew."""
    return hmac.digest(settings.secret_key.encode(), b"nidaa national ids", "sha256")


def seal_key_of(settings: Settings) -> bytes:
    """The key under which national IDs are sealed, where they are."""
    return hmac.digest(settings.secret_key.encode(), b"nidaa sealed numbers", "sha256")


def registries_of(settings: Settings, policy: Policy, db: Database) -> dict[str, Registry]:
    """Each register of the policy that is on: by its exports, or by the file in `adapters/certificates` of its kind.

    One with an interface that `NIDAA_CHANNELS` does not say how to reach is absent.

    Raises:
        SettingsError: it says how to reach it, and there is no such kind, or that kind needs something else.
    """
    found: dict[str, Registry] = {}
    for key, rules in policy.registries.items():
        if rules.on and rules.imported:
            found[key] = Manar(key, imported(db))
        elif rules.on and key in settings.registers:
            found[key] = _register(key, settings.registers[key])
    return found


def _register(key: str, told: Mapping[str, str]) -> Registry:
    """A register with an interface. Its adapter is found by its name: a new one is one file (CONTRIBUTING.md)."""
    where, kind = f"NIDAA_CHANNELS: registers.{key}", told.get("kind", key)
    try:
        make: Callable[..., Registry] = import_module(f"adapters.certificates.{kind}").register
    except (ModuleNotFoundError, AttributeError):
        raise SettingsError(f"{where}.kind: there is no register of this kind in adapters/certificates") from None
    try:
        return make(key, **{name: value for name, value in told.items() if name != "kind"})
    except TypeError as error:  # it names the keyword and no value
        raise SettingsError(f"{where}: {str(error).partition('()')[2].strip() or 'other keys are needed'}") from None


def mailer_of(settings: Settings) -> Email | None:
    """What sends email; None where `NIDAA_CHANNELS` does not say how."""
    return Email(settings.email) if settings.email else None


def _leases(lms: Mapping[str, Lms], mailer: Mailer | None, registries: Mapping[str, Registry]) -> dict[Lane, timedelta]:
    """A lane's lease is at least twice the total deadline of its outside calls (architecture.md, decision 2)."""
    longest = max((adapter.deadline for adapter in lms.values()), default=0.0)
    asking = timedelta(seconds=2 * longest + 2)
    # One claim of this lane may ask the LMS and then one register after the other.
    registers = timedelta(seconds=2 * sum(one.deadline for one in registries.values() if not one.local))
    mail = {Lane.MAIL: timedelta(seconds=2 * mailer.deadline + 2)} if mailer else {}
    return {
        **DEFAULT_LEASES,
        **mail,
        **{lane: max(DEFAULT_LEASES[lane], asking) for lane in (Lane.ENRICH, Lane.NOTIFY)},
        Lane.ENRICH: max(DEFAULT_LEASES[Lane.ENRICH], asking) + registers,
        Lane.WRITE: max(DEFAULT_LEASES[Lane.WRITE], 3 * asking),  # it asks, writes, and asks again
    }
