"""Runs that are broken on purpose, and the proof that the next one heals them.

``hours`` makes waiting free, ``inside`` is the service without sockets and everything that can go wrong on the way to
it, ``references`` are the runs that are broken, ``case`` breaks one and judges what became of it. Each campaign is a
program (``python -m campaigns.faults``) and, sampled, a test of the same name.
"""
