"""Reads the event log into sessions and totals."""
