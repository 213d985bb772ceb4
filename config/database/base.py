"""Django's PostgreSQL backend, with a health check that costs no query.

Connections stay open between requests, so each request first asks whether its own still stands. A server
that went away has closed the socket, which makes it readable; silence means that all is well.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return super().is_usable() if poll.poll(0) else True
