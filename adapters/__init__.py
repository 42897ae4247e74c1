"""Everything outside: one file per outside system. A leaf that never imports `sidecar`."""
