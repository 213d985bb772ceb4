"""The vendor's published SDKs, unmodified, as clients.

Here stand the signatures, the way in and the forms of answers; each app adds what it can serve, in its own
package `wire`. A gateway translates and calls the operations that the API and the console call.
"""
