"""What archiving makes of whole documents. Pure.

archive_plan.py   whether a change can be archived, and what that would write
rebuild.py        the text of a main spec after a merge
retire.py         what keeps a spec without requirements from being deleted
stacking.py       what archiving several changes one after the other comes to
"""
