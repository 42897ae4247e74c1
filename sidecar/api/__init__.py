"""HTTP for machines: sites and people's clients. Speaks contract.md; decides nothing."""
