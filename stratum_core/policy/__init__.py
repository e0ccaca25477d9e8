"""What can be done, and what it changes: interventions tried on the same replicates, with the same random numbers."""
