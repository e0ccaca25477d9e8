"""The window: it places panels by name and knows none of them."""
