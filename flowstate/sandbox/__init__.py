"""The Onsight Flow service as documented, on loopback: a second opinion that shares no code with the rest of flowstate.

=================  =====================================================================================
``errors``         what stops the sandbox itself from starting or going on
``behaviours/``    what the service does where the guide leaves a choice: names, values, profiles
``policies``       which scopes and permissions a call asks for (facts of chapter 2.4)
``disk, store``    the objects of one team: in memory, and in one SQLite file when asked for
``blobs, files``   what was uploaded: bytes by what they are, and workflow files made of them
``snapshots``      the team as it was
``clock``          what time it is
``hosts``          accounts, gateway and files, told apart by port
``history``        what changed in the last seconds, for lists that lag behind
``size``           how much of everything a new team holds
``choices``        what whoever starts a sandbox may choose
``seed/``          what a new team holds: as much of everything as is asked for
``tokens``         RS256 access tokens: made, checked, published
``problems``       refusals and how they are answered
``bodies``         what request bodies are made of
``lenient``        the guide's request examples that are not JSON, read as what they mean
``answers``        what answers are made of
``operations``     one documented call: where it is served, under which policy, by which function
``guard``          who is calling, and may they
``authority``      what a client may do to admins
``group_routes``   where the calls of chapter 5 are served
``lists``          what lists show, as of when, in which order
``deletion``       what becomes of deleted templates and workflows
``rewriting``      what becomes of HTML
``rules``          what holds between objects: unique names, known ids, no traces of what was deleted
``chapters/``      the documented calls, one module per chapter of the guide
``downloads``      the host of files: signed links, and who brought a token there
``log``            what was asked, and how often
``faults/``        what goes wrong on request
``protocol``       HTTP, with an application that may hang up
``doorway``        where every request enters and is logged
``parts``          what one sandbox is made of
``admin/``         ``/_sandbox``: all of that over HTTP
``openapi/``       the calls for programs: ``/openapi.json``
``pages/``         the team and the calls for people: ``/`` and ``/docs``
``app``            all of it as one ASGI application
``server``         the application on three loopback ports: :class:`~flowstate.sandbox.server.Sandbox`, ``serve``
=================  =====================================================================================
"""
