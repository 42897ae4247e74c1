"""Rows: one file per table family. Statements and shapes only; what they mean is decided in `sidecar/domain`.

Every function takes a connection that is already in a transaction, so that each transaction is a visible
`with runtime.db.write() as conn` of the step that needs it.
"""
