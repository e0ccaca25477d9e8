"""Which portfolios of options are worth a look: evolutionary search beside greedy and knapsack, on any ``Evaluate``."""
