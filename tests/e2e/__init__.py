"""The whole of flowstate against a service: real sockets, real files, real processes."""
