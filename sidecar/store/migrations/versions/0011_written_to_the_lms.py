"""What trainers confirmed is written to the LMS, where the site lets us."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('sent_data', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sealed', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('writing', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('before', sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('code', sa.String(length=64), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f('ck_sent_data_writing'), "writing IN ('wanted', 'written', 'stood', 'refused', 'overtaken')"
        )
    with op.batch_alter_table('sent_data', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_sent_data_field'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_sent_data_field'), "field IN ('name_ar', 'name_en', 'phone', 'national_id')")
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_outbox_lane'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_outbox_lane'), "lane IN ('assess', 'enrich', 'clocks', 'notify', 'mail', 'write')")
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_outbox_step'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_outbox_step'), "step IN ('assess', 'addition', 'major', 'reassess', 'enrich', 'rung', 'intent', 'tell', 'mail', 'write', 'alert')")


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE step = 'write'")  # a registrar enters what waits
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_outbox_lane'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_outbox_lane'), "lane IN ('assess', 'enrich', 'clocks', 'notify', 'mail')")
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_outbox_step'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_outbox_step'), "step IN ('assess', 'addition', 'major', 'reassess', 'enrich', 'rung', 'intent', 'tell', 'mail', 'alert')")
    with op.batch_alter_table('sent_data', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_sent_data_writing'), type_='check')
        batch_op.drop_column('code')
        batch_op.drop_column('settled_at')
        batch_op.drop_column('tried_at')
        batch_op.drop_column('before')
        batch_op.drop_column('writing')
        batch_op.drop_column('sealed')
    op.execute("DELETE FROM sent_data WHERE field = 'national_id'")
    with op.batch_alter_table('sent_data', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_sent_data_field'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_sent_data_field'), "field IN ('name_ar', 'name_en', 'phone')")
