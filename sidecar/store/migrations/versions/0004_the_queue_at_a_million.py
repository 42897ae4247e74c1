"""the queue at a million"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_QUEUED = (
    "state IN ('assessing', 'in_progress', 'received', 'referred', 'reopened', 'waiting') AND parent_id IS NULL"
)
_INDEXES = {
    "ix_cases_open_due": (["due_at", "id"], _QUEUED),
    "ix_cases_open_tier": (["tier", "due_at", "id"], _QUEUED),
    "ix_cases_open_department": (["department", "tier", "due_at", "id"], _QUEUED),
    "ix_cases_open_owner": (["owner", "due_at", "id"], _QUEUED),
    "ix_cases_open_severity": (["severity", "due_at", "id"], _QUEUED),
    "ix_cases_open_opened": (["opened_at", "id"], _QUEUED),
    "ix_cases_resolved": (["due_at", "id"], "state IN ('resolved')"),
    "ix_cases_ended": (["opened_at", "id"], "state IN ('closed', 'withdrawn')"),
}
_BY_REPORT = "ix_search_keys_report"


def upgrade() -> None:
    _due()
    _search()
    alone = sa.text("reporter_id IS NULL")
    op.create_index(
        "ix_reports_visitor", "reports", ["site_id", "sender", "received_at"], postgresql_where=alone, sqlite_where=alone
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
        sa.Column("owner_key", sa.String(length=130), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("owner_key", "name", name=op.f("uq_saved_filters_owner_key_name")),
    )


def _due() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    # Added with a default, which rewrites no row on PostgreSQL; SQLite keeps it, since it could drop it only by copying.
    never = "9999-01-01 00:00:00+00" if on_postgres else "9999-01-01 00:00:00.000000"
    op.add_column(
        "cases", sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text(f"'{never}'"))
    )
    op.execute(
        "UPDATE cases SET due_at = first.due_at FROM (SELECT case_id, min(target_due_at) AS due_at FROM clocks"
        " WHERE stopped_at IS NULL AND state IN ('running', 'fired') GROUP BY case_id) AS first"
        " WHERE first.case_id = cases.id"
    )
    if on_postgres:
        op.alter_column("cases", "due_at", server_default=None)
    op.drop_index("ix_cases_queue", "cases")
    for name, (columns, where) in _INDEXES.items():
        op.create_index(name, "cases", columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def _search() -> None:
    """Keys know when their report came, and telephones stand from their last digit to their first."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        bind.connection.create_function("reverse", 1, lambda text: text[::-1])
    _rebuilt(
        [sa.Column("at", sa.DateTime(timezone=True), nullable=False)],
        "SELECT CASE WHEN s.key LIKE 'p:%' THEN 'p:' || reverse(substr(s.key, 3)) ELSE s.key END AS key,"
        " reports.received_at AS at, s.report_key FROM search_keys s JOIN reports ON reports.key = s.report_key",
        ["key", "at", "report_key"],
        ["report_key", "key"],
    )


def _rebuilt(added: list[sa.Column[object]], rows: str, primary: list[str], by_report: list[str]) -> None:
    # By way of a copy: the primary key changes, and SQLite changes none in place.
    op.execute(sa.text(f"CREATE TABLE search_keys_copied AS {rows}"))
    op.drop_table("search_keys")
    collated = sa.String(44).with_variant(sa.String(44, collation="C"), "postgresql")
    op.create_table(
        "search_keys",
        sa.Column("key", collated, nullable=False),
        *added,
        sa.Column("report_key", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["report_key"], ["reports.key"], name=op.f("fk_search_keys_report_key")),
        sa.PrimaryKeyConstraint(*primary, name=op.f("pk_search_keys")),
    )
    names = ", ".join(primary)
    op.execute(f"INSERT INTO search_keys ({names}) SELECT {names} FROM search_keys_copied ORDER BY {names}")
    op.drop_table("search_keys_copied")
    op.create_index(_BY_REPORT, "search_keys", by_report)


def downgrade() -> None:
    op.drop_table("saved_filters")
    op.drop_index("ix_reports_visitor", "reports")
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        bind.connection.create_function("reverse", 1, lambda text: text[::-1])
    _rebuilt(
        [],
        "SELECT CASE WHEN key LIKE 'p:%' THEN 'p:' || reverse(substr(key, 3)) ELSE key END AS key, report_key"
        " FROM search_keys",
        ["key", "report_key"],
        ["report_key"],
    )
    for name in reversed(_INDEXES):
        op.drop_index(name, "cases")
    op.create_index("ix_cases_queue", "cases", ["tier", "department", "state", "severity", "opened_at"])
    op.drop_column("cases", "due_at")
