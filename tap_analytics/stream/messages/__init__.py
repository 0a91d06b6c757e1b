"""What is written: RECORD and other messages, batches, and the stream maps before them."""
