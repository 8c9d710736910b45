"""Owns noon: a time zone in which the day is half over, so that no test runs into the next one.

What may be spent in a day is counted from midnight, local time.
"""

from __future__ import annotations

import time

ZONE = f"NOON{time.gmtime().tm_hour - 12:+d}"
"""For the variable `TZ`; good for some hours."""
