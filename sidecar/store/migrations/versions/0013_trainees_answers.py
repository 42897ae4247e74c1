"""Which form a trainee's answer came by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('sent_data', schema=None) as batch_op:
        batch_op.add_column(sa.Column('form', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('digest', sa.String(length=64), nullable=True))
        batch_op.create_index('ix_sent_data_person', ['site_id', 'person_id', 'field'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('sent_data', schema=None) as batch_op:
        batch_op.drop_index('ix_sent_data_person')
        batch_op.drop_column('digest')
        batch_op.drop_column('form')
