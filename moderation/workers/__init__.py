"""Warm processes that do what is dangerous or heavy: decode pictures, and run engines that need weights.

A host binds a Unix socket and keeps children that take requests from it, one at a time each; pictures and
pixels travel as shared memory. Whoever asks connects to the socket, and starts a host where none runs.
"""
