"""Kernels of outage screening: sparse solves for many right-hand sides at once, sweeps over outages, bridges."""

#: right-hand sides that are solved, and outages that are looked at, side by side
LANES = 16
