"""The demo: Nordfeld, who make sensors, and their last five quarters, told through the real verbs."""
