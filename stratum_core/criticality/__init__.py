"""What matters most, by consequence: single outages and pairs, ranked by the hours that people go without."""
