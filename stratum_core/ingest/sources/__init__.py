"""One file per kind of source; a file that is added here is a kind that projects can declare."""
