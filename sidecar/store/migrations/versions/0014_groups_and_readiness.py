"""Staff of single groups: whom each sees, who is in which group, each told of the own; readiness counted for supervisors.

Who was told of a course by one row for everybody is told by one row each, so that nobody is told twice.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

_LOOKS = "'pack', 'register', 'csv', 'print'"


def upgrade() -> None:
    op.create_table('roster_told',
    sa.Column('site_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('cause', sa.String(length=32), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('telling_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("cause IN ('ending', 'never_in', 'waiting')", name=op.f('ck_roster_told_cause')),
    sa.ForeignKeyConstraint(['telling_id'], ['tellings.id'], name=op.f('fk_roster_told_telling_id')),
    sa.PrimaryKeyConstraint('site_id', 'course_id', 'cause', 'due_at', 'person_id', name=op.f('pk_roster_told'))
    )
    op.execute(
        "INSERT INTO roster_told (site_id, course_id, cause, due_at, person_id, telling_id, at) "
        "SELECT a.site_id, a.course_id, a.cause, a.due_at, d.person_id, a.telling_id, a.at FROM roster_alerts a "
        "JOIN deliveries d ON d.telling_id = a.telling_id AND d.site_id = a.site_id"
    )
    op.drop_table('roster_alerts')
    with op.batch_alter_table('roster_people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('in_groups', sa.Text(), nullable=True))
        batch_op.create_index('ix_roster_people_counted', ['site_id', 'course_id', 'standing', 'gaps'], unique=False)
    with op.batch_alter_table('rosters', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sees', sa.Text(), nullable=True))
    # Of what was fetched before nobody's group is known: it is fetched again.
    op.execute("UPDATE roster_courses SET wanted_at = fetched_at WHERE wanted_at IS NULL AND fetched_at IS NOT NULL")
    with op.batch_alter_table('pack_views', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_pack_views_what'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_pack_views_what'),
            f"what IN ({_LOOKS}, 'readiness', 'readiness_csv', 'readiness_print')",
        )


def downgrade() -> None:
    op.execute("DELETE FROM pack_views WHERE what LIKE 'readiness%'")
    with op.batch_alter_table('pack_views', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_pack_views_what'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_pack_views_what'), f"what IN ({_LOOKS})")
    with op.batch_alter_table('rosters', schema=None) as batch_op:
        batch_op.drop_column('sees')
    with op.batch_alter_table('roster_people', schema=None) as batch_op:
        batch_op.drop_index('ix_roster_people_counted')
        batch_op.drop_column('in_groups')
    op.create_table('roster_alerts',
    sa.Column('site_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('cause', sa.String(length=32), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('telling_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("cause IN ('ending', 'never_in')", name=op.f('ck_roster_alerts_cause')),
    sa.ForeignKeyConstraint(['telling_id'], ['tellings.id'], name=op.f('fk_roster_alerts_telling_id')),
    sa.PrimaryKeyConstraint('site_id', 'course_id', 'cause', 'due_at', name=op.f('pk_roster_alerts'))
    )
    op.execute(
        "INSERT INTO roster_alerts (site_id, course_id, cause, due_at, telling_id, at) "
        "SELECT site_id, course_id, cause, due_at, MIN(telling_id), MIN(at) FROM roster_told WHERE cause <> 'waiting' "
        "GROUP BY site_id, course_id, cause, due_at"
    )
    op.drop_table('roster_told')
