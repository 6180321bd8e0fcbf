"""Capture: leads that people and programs leave at the addresses of a campaign.

`addresses` keeps the addresses, `reading` judges what was posted, `accepting` writes it down, `taking` makes leads
of it, `limits` holds floods back. What ad platforms send is turned by `google` and `meta`.
"""
