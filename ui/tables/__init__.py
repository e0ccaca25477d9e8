"""Table models made from field specs."""
