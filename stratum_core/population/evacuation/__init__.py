"""Evacuation: who hears, who goes, who is stuck, who is left behind; see docs/evacuation.md. Needs mesa, so import it late."""
