"""What would be otherwise if one thing were: the same replicates again, on the same random numbers, with a change."""
