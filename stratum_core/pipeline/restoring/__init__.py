"""Repair orders for a stored cascade: its damage as jobs, orders by every method, and each judged by the cascade itself.

The plan of a replicate knows what is damaged there and how long each repair takes. It takes supply to run along the one
usual way, ties and meshes left out; the cascade that judges it does not.
"""
