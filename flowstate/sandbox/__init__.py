"""The Onsight Flow service as documented, on loopback: a second opinion that shares no code with the rest of flowstate.

=================  =====================================================================================
``errors``         what stops the sandbox itself from starting or going on
``policies``       which scopes and permissions a call asks for (facts of chapter 2.4)
``disk, store``    the objects of one team: in memory, and in one SQLite file when asked for
``seed``           what a new team holds
``tokens``         RS256 access tokens: made, checked, published
``problems``       refusals and how they are answered
``bodies``         what request bodies are made of
``answers``        what answers are made of
``operations``     one documented call: where it is served, under which policy, by which function
``guard``          who is calling, and may they
``rules``          what holds between objects: unique names, known ids, no traces of what was deleted
``chapters/``      the documented calls, one module per chapter of the guide
``log``            what was asked, for tests and ``/_sandbox/log``
``app``            all of it as one ASGI application
``server``         the application on two loopback ports: :class:`~flowstate.sandbox.server.Sandbox`, ``serve``
=================  =====================================================================================
"""
