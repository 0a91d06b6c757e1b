"""What is behind `Source`: the streams of a tap, or of its accounts, as windows and as batches of Arrow."""
