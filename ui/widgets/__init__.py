"""Small widgets and painted marks that several panels use."""
