"""Readings from live sources and recorded files, checked, and stored once each. Starts no thread; SQL is the store's."""
