"""Training the criticality net: cities to learn from, their simulated outages, the training itself and its card."""
