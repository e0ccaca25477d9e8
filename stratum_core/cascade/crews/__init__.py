"""Repair crews: skills, depots, ways over open roads, and who is served first."""
