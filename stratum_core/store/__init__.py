"""All SQL of Stratum: the project on disk in SQLite, result columns in DuckDB, numbered migrations, one writer."""
