"""Wrong combinations of settings, each with what to do about it."""
