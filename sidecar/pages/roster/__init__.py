"""The roster of a course: who is ready for the certificate, and what is missing (P3, P11)."""
