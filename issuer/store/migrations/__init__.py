"""The tables' history, one step a file; Alembic runs it, within the program."""
