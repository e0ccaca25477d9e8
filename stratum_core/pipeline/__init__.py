"""The composition: scenario, city, engines, store and briefing meet here and nowhere else."""
