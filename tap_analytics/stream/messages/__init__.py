"""What is written: messages, batches and stream maps."""
