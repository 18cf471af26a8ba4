"""What the supervisor says over HTTP: a page, health for monitors, metrics.

It is aiohttp, which is loaded for the bots anyway, listens on a port and on a Unix socket in the same event
loop, and needs neither pydantic nor a second server for four read-only addresses.
"""
