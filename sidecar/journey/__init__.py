"""What happens by itself. Read in this order: intake, assessment, enrichment, escalation, timetable, retry.

No file here imports another: each step commits its change together with an outbox row that names the next one.
What should not be here: what people do with a case (casework), and how to decide (domain).
"""
