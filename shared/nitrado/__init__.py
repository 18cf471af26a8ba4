"""Nitrado's API: ``client`` asks, ``protocol`` reads what comes back, ``budget`` knows what is left to ask.

The client never retries, paces or caches: that is for whoever owns it (design, section 5).
"""
