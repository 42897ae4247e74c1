"""Alembic migrations, numbered; run by `nidaa db upgrade`."""
