"""Panels: one package each. A panel knows the bus, the session and the view state, never another panel."""
