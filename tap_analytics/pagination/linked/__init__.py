"""Pages that name the next one: by a cursor, or by a link."""
