"""The address to which the SDKs put local files before they name them in a call: a bucket, and no more of one
than uploads need. What objects are, and what becomes of them, is said by the app that keeps them.
"""
