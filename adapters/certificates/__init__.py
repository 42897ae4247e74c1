"""Registers of certificates outside: Manar by its exports, others by an interface of their own."""
