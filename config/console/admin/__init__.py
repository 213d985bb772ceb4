"""Imported by Django at start: what stands here registers the console's own pages and entries."""

from config.console.admin import accounts, audit, entrance, keys, members, people, profile

__all__ = ["accounts", "audit", "entrance", "keys", "members", "people", "profile"]
