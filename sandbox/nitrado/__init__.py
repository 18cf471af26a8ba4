"""Nitrado's web API on loopback: the endpoints Helena uses, over the sandbox's own servers.

Shapes are those of the official documentation (extract of March 2026) and of bodies quoted in public SDKs' tests
(danstis/go-nitrado, mjlomeli/Nitrado-SDK); habits are those that their users report.
"""
