"""the roster"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('roster_courses',
    sa.Column('site_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('wanted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('site_id', 'course_id', name=op.f('pk_roster_courses'))
    )
    with op.batch_alter_table('roster_courses', schema=None) as batch_op:
        batch_op.create_index('ix_roster_courses_wanted', ['wanted_at'], unique=False)

    op.create_table('roster_people',
    sa.Column('site_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('folded', sa.String(length=300), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('snapshot', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('checklist', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('gaps', sa.String(length=600), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('standing', sa.String(length=32), nullable=False),
    sa.Column('rate', sa.Float(), nullable=True),
    sa.Column('never_in', sa.Boolean(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.CheckConstraint("standing IN ('gap', 'unknown', 'ready')", name=op.f('ck_roster_people_standing')),
    sa.PrimaryKeyConstraint('site_id', 'course_id', 'person_id', name=op.f('pk_roster_people'))
    )
    with op.batch_alter_table('roster_people', schema=None) as batch_op:
        batch_op.create_index('ix_roster_people_name', ['site_id', 'course_id', 'folded'], unique=False)

    op.create_table('roster_views',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('viewer_key', sa.String(length=130), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.String(length=32), nullable=False),
    sa.Column('site_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.CheckConstraint("what IN ('view', 'csv', 'print', 'receipts')", name=op.f('ck_roster_views_what')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_views'))
    )
    with op.batch_alter_table('roster_views', schema=None) as batch_op:
        batch_op.create_index('ix_roster_views_course', ['site_id', 'course_id', 'id'], unique=False)

    op.create_table('sent_data',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('site_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('field', sa.String(length=32), nullable=False),
    sa.Column('value', sa.String(length=300), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('report_key', sa.Uuid(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('judged_by', sa.String(length=130), nullable=True),
    sa.CheckConstraint("field IN ('name_ar', 'name_en', 'phone')", name=op.f('ck_sent_data_field')),
    sa.CheckConstraint("state IN ('sent', 'confirmed', 'refused', 'replaced')", name=op.f('ck_sent_data_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sent_data'))
    )
    with op.batch_alter_table('sent_data', schema=None) as batch_op:
        batch_op.create_index('ix_sent_data_course', ['site_id', 'course_id', 'state'], unique=False)

    op.create_table('conditions',
    sa.Column('site_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('telling_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['telling_id'], ['tellings.id'], name=op.f('fk_conditions_telling_id')),
    sa.PrimaryKeyConstraint('site_id', 'course_id', 'person_id', name=op.f('pk_conditions'))
    )
    op.create_table('reminders',
    sa.Column('telling_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('site_id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('gaps', sa.String(length=600), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['telling_id'], ['tellings.id'], name=op.f('fk_reminders_telling_id')),
    sa.PrimaryKeyConstraint('telling_id', 'site_id', 'person_id', name=op.f('pk_reminders'))
    )
    with op.batch_alter_table('reminders', schema=None) as batch_op:
        batch_op.create_index('ix_reminders_course', ['site_id', 'course_id', 'at'], unique=False)

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


def downgrade() -> None:
    op.drop_table('roster_alerts')
    with op.batch_alter_table('reminders', schema=None) as batch_op:
        batch_op.drop_index('ix_reminders_course')

    op.drop_table('reminders')
    op.drop_table('conditions')
    with op.batch_alter_table('sent_data', schema=None) as batch_op:
        batch_op.drop_index('ix_sent_data_course')

    op.drop_table('sent_data')
    with op.batch_alter_table('roster_views', schema=None) as batch_op:
        batch_op.drop_index('ix_roster_views_course')

    op.drop_table('roster_views')
    with op.batch_alter_table('roster_people', schema=None) as batch_op:
        batch_op.drop_index('ix_roster_people_name')

    op.drop_table('roster_people')
    with op.batch_alter_table('roster_courses', schema=None) as batch_op:
        batch_op.drop_index('ix_roster_courses_wanted')

    op.drop_table('roster_courses')
