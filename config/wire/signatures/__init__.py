"""What proves who sent a request: each scheme reads who it claims to be, and how to check that."""
