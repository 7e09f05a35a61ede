"""Notices to where people read them: a signed webhook."""
