"""The description of the service for programs: ``/openapi.json``.

``shapes/``   what answers look like
``answers``   which call answers what, and when it is a conflict
``document``  these, the routes and the policies as one OpenAPI document

It tells of the documented behaviours; a behaviour that is changed may change an answer.
"""
