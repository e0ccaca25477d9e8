"""Cascading failure: an event queue over hours per replicate, Monte Carlo over replicates, every change with its cause."""
