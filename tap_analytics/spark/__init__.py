"""Apache Spark reads the streams of the tap, in parts and side by side."""
