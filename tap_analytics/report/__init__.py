"""What people see of a sync: figures, tables, progress and log lines."""
