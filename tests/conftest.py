"""What all of the kit's own tests share."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("kit", deadline=None, database=None)
settings.load_profile("kit")
