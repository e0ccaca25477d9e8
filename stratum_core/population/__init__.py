"""People on the move: roads and walkways, who is on them, and what that does to how long they take."""
