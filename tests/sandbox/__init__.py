"""The sandbox over real sockets, seen by a plain HTTP client."""
