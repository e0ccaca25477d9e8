"""Normally open ties: closed by hand to feed a dead section from elsewhere, opened again when they are not needed."""
