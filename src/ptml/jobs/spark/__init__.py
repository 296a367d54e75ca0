"""The scoring job on Spark: the same function for a bucket of people, a bucket a task."""
