"""What a body says of failures, instead of records or beside them."""
