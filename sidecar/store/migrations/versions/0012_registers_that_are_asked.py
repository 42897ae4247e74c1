"""Registers with an interface are asked and their word is kept; a national ID may be sealed beside its hash."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('register_answers',
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('site_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('not_submitted', 'submitted', 'issued', 'rejected', 'unknown')", name=op.f('ck_register_answers_state')),
    sa.PrimaryKeyConstraint('source', 'site_id', 'course_id', 'person_id', name=op.f('pk_register_answers'))
    )
    op.create_table('register_waits',
    sa.Column('site_id', sa.String(length=64), nullable=False),
    sa.Column('course_id', sa.String(length=64), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('site_id', 'course_id', name=op.f('pk_register_waits'))
    )
    with op.batch_alter_table('register_waits', schema=None) as batch_op:
        batch_op.create_index('ix_register_waits_due_at', ['due_at'], unique=False)

    with op.batch_alter_table('identities', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sealed', sa.Text(), nullable=True))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_outbox_step'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_outbox_step'), "step IN ('assess', 'addition', 'major', 'reassess', 'enrich', 'register', 'rung', 'intent', 'tell', 'mail', 'write', 'alert')")


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE step = 'register'")  # there is nobody to ask them
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_outbox_step'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_outbox_step'), "step IN ('assess', 'addition', 'major', 'reassess', 'enrich', 'rung', 'intent', 'tell', 'mail', 'write', 'alert')")
    with op.batch_alter_table('identities', schema=None) as batch_op:
        batch_op.drop_column('sealed')

    with op.batch_alter_table('register_waits', schema=None) as batch_op:
        batch_op.drop_index('ix_register_waits_due_at')

    op.drop_table('register_waits')
    op.drop_table('register_answers')
