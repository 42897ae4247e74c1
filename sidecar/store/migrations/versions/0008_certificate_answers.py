"""certificate answers"""

from __future__ import annotations

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_BEFORE = ('told', 'solved', 'backup', 'answer', 'staff', 'received', 'referred', 'reply', 'question', 'escalated', 'resolved', 'closed', 'reopened', 'withdrawn', 'content')


def upgrade() -> None:
    _causes((*_BEFORE, 'certificate'))


def downgrade() -> None:
    op.execute("DELETE FROM deliveries WHERE telling_id IN (SELECT id FROM tellings WHERE cause = 'certificate')")
    op.execute("DELETE FROM tellings WHERE cause = 'certificate'")
    _causes(_BEFORE)


def _causes(causes: tuple[str, ...]) -> None:
    allowed = ', '.join(f"'{cause}'" for cause in causes)
    with op.batch_alter_table('tellings', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_tellings_cause'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_tellings_cause'), f"cause IN ({allowed})")
